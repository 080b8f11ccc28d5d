"""A cluster's files on disk: made whole or not at all, checked, and found again after a crash."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from milepost.platform.db import binaries
from milepost.platform.db.datafolder import CLUSTER, ServerError, SystemUser

SUPERUSER = "postgres"

_NEEDED_BYTES = 100 * 1024 * 1024
_PROC_DESCRIPTORS = Path("/proc/self/fd")


def initialize(folder: Path, home: Path, user: SystemUser | None, password: str) -> None:
    """Make the cluster beside its place, then move it there: a kill leaves none or a whole one."""
    place, draft = folder / CLUSTER, folder / f"{CLUSTER}.new"
    if place.exists() and any(place.iterdir()):
        raise ServerError(f"{place} holds no PostgreSQL cluster: move it away and start again")
    if shutil.disk_usage(folder).free < _NEEDED_BYTES:
        raise ServerError(f"No space left for the data folder {folder}: a first start needs 100 MB")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user is not None:
        os.chown(draft, user.uid, user.gid)
    done = _initdb(draft, home, user, password)
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise ServerError(_first_start_failed(folder, done.stderr))
    if place.exists():
        place.rmdir()
    draft.rename(place)
    _sync(folder)


def check(folder: Path, user: SystemUser | None) -> None:
    """ServerError for a cluster that these binaries or this user can't run."""
    place = folder / CLUSTER
    version = (place / "PG_VERSION").read_text("utf-8").strip()
    if version != binaries.VERSION:
        raise ServerError(
            f"{place} was made by PostgreSQL {version}, this is {binaries.VERSION}: "
            "back it up with the Milepost that made it, and restore into an empty data folder"
        )
    owner = place.stat().st_uid
    if user is None and owner != os.geteuid():
        raise ServerError(
            f"{place} belongs to another system user ({owner}): start Milepost as that user"
        )
    if user is not None and owner != user.uid:
        # A copy that root put here belongs to root, whom PostgreSQL refuses to run as.
        for path, _, names in os.walk(place):
            for name in (".", *names):
                os.chown(os.path.join(path, name), user.uid, user.gid, follow_symlinks=False)


def reset_password(folder: Path, home: Path, user: SystemUser | None, password: str) -> None:
    """Give a stopped cluster's superuser the password of a secret that has changed."""
    with path_for(folder / CLUSTER, user) as (path, descriptors):
        done = subprocess.run(
            [str(home / "bin" / "postgres"), "--single", "-D", path, "-j", SUPERUSER],
            input=f"alter role {SUPERUSER} password '{password}';\n\n",
            cwd="/",
            env=binaries.environment(),
            pass_fds=descriptors,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    if done.returncode != 0:
        raise ServerError(
            f"The secret of {folder} has changed and the server does not take the new one: "
            "start with the secret it was made with"
        )


@contextmanager
def path_for(place: Path, user: SystemUser | None) -> Generator[tuple[str, tuple[int, ...]]]:
    """The folder's path for a child that runs as the user, with the descriptors to hand it.

    The user may not be able to walk there: root's folders are closed. A descriptor that root
    opened leads straight into the folder, and no parent's permissions have to change.
    """
    if user is None or not _PROC_DESCRIPTORS.is_dir():
        yield str(place), ()
        return
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(_PROC_DESCRIPTORS / str(descriptor)), (descriptor,)
    finally:
        os.close(descriptor)


def recorded_pid(place: Path) -> int | None:
    """The process that says it serves this cluster; it may be gone."""
    first = _pid_file(place)[:1]
    return int(first[0]) if first and first[0].isdigit() else None


def status(place: Path, pid: int) -> str:
    """What the server says of itself: `starting`, `ready`, `stopping`, or nothing yet."""
    lines = _pid_file(place)
    return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else ""


def _pid_file(place: Path) -> list[str]:
    try:
        return (place / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _initdb(
    draft: Path, home: Path, user: SystemUser | None, password: str
) -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    try:
        os.write(writing, password.encode() + b"\n")
        os.close(writing)
        if user is not None:
            os.fchown(reading, user.uid, user.gid)
        with path_for(draft, user) as (path, descriptors):
            return subprocess.run(
                [
                    str(home / "bin" / "initdb"),
                    f"--pgdata={path}",
                    f"--username={SUPERUSER}",
                    f"--pwfile=/dev/fd/{reading}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                cwd="/",
                env=binaries.environment(),
                pass_fds=(*descriptors, reading),
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
    finally:
        os.close(reading)


def _first_start_failed(folder: Path, complaint: str) -> str:
    if "No space left" in complaint:
        return f"No space left for the data folder {folder}: free some and start again"
    lines = [line for line in complaint.splitlines() if "error:" in line or "FATAL" in line]
    reason = (lines or complaint.splitlines() or ["it said nothing"])[-1].strip()
    return f"PostgreSQL could not make its cluster in {folder}: {reason}"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
