"""Backup into one file and restore from it, whole or not at all, and a shell beside them.

A backup is taken as the operator, who sees every row, in one snapshot. A restore runs as the owner
in one transaction, so that it needs no superuser, and a failed one leaves what was there.
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from milepost.platform.db import clients
from milepost.platform.db.roles import ALL, OPERATOR, SHARED, UNSHARED, connect

OnProgress = Callable[[int, int], None]

_CHUNK = 1024 * 1024
_LOCK_SECONDS = 10
_GIVEN_AWAY = re.compile(rb"^ALTER [^\n]* OWNER TO " + OPERATOR.encode() + rb";$", re.MULTILINE)
_COMPLAINT = re.compile(r"(?:error|ERROR|FATAL): +(.*)")

# A new owner must be allowed to create in the schema, for as long as it takes.
_GIVE_AWAY = """\
do $restore$
declare
    closed text[] := array(
        select nspname::text
        from pg_namespace
        where nspowner = current_user::regrole
            and not has_schema_privilege('{operator}', oid, 'create')
    );
    name text;
begin
    foreach name in array closed loop
        execute format('grant create on schema %I to {operator}', name);
    end loop;
    {statements}
    foreach name in array closed loop
        execute format('revoke create on schema %I from {operator}', name);
    end loop;
end
$restore$"""


class BackupError(Exception):
    """The backup or the restore was not made; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Schema:
    name: str
    owner: str


def backup(conninfo: str, file: Path, *, on_progress: OnProgress | None = None) -> None:
    """Write everything of ours into a file, as the operator; the file appears when it is whole."""
    with connect(conninfo) as conn:
        schemas = _schemas(conn)
        if not schemas:
            raise BackupError("The database holds nothing of Milepost's to back up")
        total = _count_tables(conn, schemas)
        bypasses = _bypasses(conn)
    names = [f'--schema="{schema.name}"' for schema in schemas]
    # With policies on, the operator's own policy shows every row; off, the attribute does.
    rows = [] if bypasses else ["--enable-row-security"]
    part = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _run(
            [
                clients.command("pg_dump", conninfo),
                "--format=custom",
                "--compress=gzip:3",
                "--verbose",
                "--no-password",
                f"--file={part}",
                *rows,
                *names,
            ],
            conninfo,
            _Progress("dumping contents of table", total, on_progress),
        )
        part.replace(file)
    except OSError as error:
        raise BackupError(f"Can't write {file}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(
    conninfo: str, file: Path, *, force: bool = False, on_progress: OnProgress | None = None
) -> None:
    """Fill the database from a file, as the owner; with `force` in place of what is there."""
    if not file.is_file():
        raise BackupError(f"There is no backup at {file}")
    listing = _contents(file, "--list", conninfo)
    script = _contents(file, "--schema-only", conninfo)
    total = sum(b" TABLE DATA " in line for line in listing.splitlines())
    with connect(conninfo) as conn:
        present = _schemas(conn)
        if present and not force:
            raise BackupError(
                "The database is not empty: restore into an empty one, or replace it with --force"
            )
        before = [
            "begin",
            f"set local lock_timeout = '{_LOCK_SECONDS}s'",
            *(_drop(conn, schema) for schema in present),
            *UNSHARED,
        ]
    # An object goes to the operator last: until then its grants are the owner's to give.
    after = [_give_away(_GIVEN_AWAY.findall(script)), *SHARED, "commit"]
    _replay(conninfo, file, before, after, _Progress("processing data for", total, on_progress))


def shell(conninfo: str, args: Iterable[str]) -> int:
    """Hand the terminal to `psql`; what it returns."""
    program = clients.command("psql", conninfo)
    process = subprocess.Popen([program, *args], env=clients.environment(conninfo))
    while True:
        # Ctrl-C is for the query in psql, which goes on; it is not for us.
        with suppress(KeyboardInterrupt):
            return process.wait()


@dataclass(slots=True)
class _Progress:
    """Counts tables in what a program says of its work, and keeps what it complains of."""

    sign: str
    total: int
    tell: OnProgress | None
    done: int = 0
    complaint: str = ""

    def read(self, stream: Iterable[str]) -> None:
        for line in stream:
            if found := _COMPLAINT.search(line):
                self.complaint = self.complaint or found[1]
            elif self.sign in line:
                self.done += 1
                if self.tell:
                    self.tell(min(self.done, self.total), self.total)


def _run(command: list[str], conninfo: str, progress: _Progress) -> None:
    with subprocess.Popen(
        command,
        env=clients.environment(conninfo),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stderr is not None:
            progress.read(process.stderr)
    if process.returncode != 0:
        raise BackupError(_because(Path(command[0]).name, progress.complaint))


def _contents(file: Path, part: str, conninfo: str) -> bytes:
    program = clients.command("pg_restore", conninfo)
    done = subprocess.run([program, part, "--file=-", str(file)], capture_output=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"{file} is not a backup that Milepost made, or it is damaged")
    return done.stdout


def _replay(
    conninfo: str, file: Path, before: list[str], after: list[str], progress: _Progress
) -> None:
    """Feed psql one transaction: it commits only when the whole file has come through."""
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            [
                clients.command("psql", conninfo),
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
            ],
            env=clients.environment(conninfo),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as psql,
        subprocess.Popen(
            [
                clients.command("pg_restore", conninfo),
                "--no-owner",
                "--verbose",
                "--file=-",
                str(file),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as source,
    ):
        with suppress(BrokenPipeError):
            _feed(source, psql, before, after, progress)
        with suppress(BrokenPipeError):
            _open(psql.stdin).close()
        psql.wait()
        source.kill()
        said.seek(0)
        complaint = _Progress("", 0, None)
        complaint.read(said)
        if psql.returncode != 0 or progress.complaint:
            raise BackupError(_because("restore", complaint.complaint or progress.complaint))


def _feed(
    source: subprocess.Popen[bytes],
    psql: subprocess.Popen[bytes],
    before: list[str],
    after: list[str],
    progress: _Progress,
) -> None:
    sink, stream, told = _open(psql.stdin), _open(source.stdout), _open(source.stderr)
    listener = threading.Thread(
        target=lambda: progress.read(line.decode("utf-8", "replace") for line in told)
    )
    listener.start()
    try:
        sink.write(_statements(before))
        while chunk := stream.read(_CHUNK):
            sink.write(chunk)
    finally:
        if psql.poll() is not None:
            source.kill()
        listener.join()
    if source.wait() == 0:
        # Without the `commit` at their end psql's session ends, and nothing has happened.
        sink.write(_statements(after))


def _give_away(statements: list[bytes]) -> str:
    return _GIVE_AWAY.format(
        operator=OPERATOR, statements="\n    ".join(text.decode() for text in statements)
    )


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise BackupError("A program's pipe is closed: try again")
    return stream


def _statements(parts: list[str]) -> bytes:
    return "".join(f"{part};\n" for part in parts).encode()


def _because(what: str, complaint: str) -> str:
    if "SSL" in complaint:
        return f"{what}: {complaint}; install PostgreSQL 18's client programs, which know TLS"
    if "lock timeout" in complaint:
        return f"{what}: the database is in use; stop Milepost first"
    return f"{what}: {complaint or 'the program stopped without saying why'}"


def _schemas(conn: psycopg.Connection) -> list[_Schema]:
    """The schemas that our roles own: ours, whatever program or library made them."""
    rows = conn.execute(
        """
        select space.nspname, role.rolname
        from pg_namespace as space
        join pg_roles as role on role.oid = space.nspowner
        where role.rolname = any(%s)
        order by space.nspname
        """,
        (list(ALL),),
    ).fetchall()
    return [_Schema(name, owner) for name, owner in rows]


def _count_tables(conn: psycopg.Connection, schemas: list[_Schema]) -> int:
    row = conn.execute(
        """
        select count(*)
        from pg_class
        where relkind = 'r' and relnamespace = any(%s::regnamespace[])
        """,
        ([f'"{schema.name}"' for schema in schemas],),
    ).fetchone()
    return row[0] if row else 0


def _bypasses(conn: psycopg.Connection) -> bool:
    row = conn.execute(
        "select rolbypassrls or rolsuper from pg_roles where rolname = current_user"
    ).fetchone()
    return bool(row and row[0])


def _drop(conn: psycopg.Connection, schema: _Schema) -> str:
    statement = sql.SQL("set local role {}; drop schema {} cascade; reset role").format(
        sql.Identifier(schema.owner), sql.Identifier(schema.name)
    )
    return statement.as_string(conn)
