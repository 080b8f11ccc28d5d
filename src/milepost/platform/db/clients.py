"""Runs PostgreSQL's client programs against a connection, its password off the command line."""

import os
import re
import shutil
import subprocess

from psycopg import pq

from milepost.platform.db import binaries


def command(name: str, conninfo: str) -> str:
    """The program to run for this connection.

    The wheel's programs know no TLS, so a server that is reached over the network is asked with
    the system's programs, where there are any as new as the server.
    """
    host = parameters(conninfo).get("PGHOST", "")
    if host and not host.startswith("/"):
        found = shutil.which(name)
        if found and _major(found) >= int(binaries.VERSION):
            return found
    return str(binaries.program(name))


def parameters(conninfo: str) -> dict[str, str]:
    """The connection as the environment variables that PostgreSQL's programs read."""
    options = pq.Conninfo.parse(conninfo.encode())
    return {
        option.envvar.decode(): option.val.decode()
        for option in options
        if option.envvar and option.val
    }


def environment(conninfo: str) -> dict[str, str]:
    """Our environment with this connection in it, and no other connection's leftovers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **parameters(conninfo), "PGCLIENTENCODING": "UTF8"}


def _major(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\) (\d+)", said)
    return int(version[1]) if version else 0
