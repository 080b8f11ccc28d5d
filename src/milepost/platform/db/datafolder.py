"""The data folder of one Milepost: its lock, its secret, and which system user its server runs as.

Everything here is about the folder itself; `embedded` runs the server that lives in it.
"""

import errno
import fcntl
import hashlib
import hmac
import os
import pwd
import re
import secrets
import shutil
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CLUSTER = "postgres"

_ADDRESS = "address"
_FIGURES = "metrics"
# A whole Milepost and what a first start that was interrupted leaves; file systems and desktops
# put a folder or a file of their own anywhere.
# The server's own copy stands here too where root's default folder is: see binaries.
_OURS = re.compile(
    r"postgres(\.new|\.log(\.1)?)?|postgresql-\d+-\w+(\..+)?|(secret\.key|server\.json)(\..+)?"
    r"|lock|address|metrics|outbox|lost\+found|\.DS_Store"
)
_OURS_FOR_SURE = (CLUSTER, "secret.key")
_LOOKS = 50

_claimed: set[Path] = set()


class ServerError(Exception):
    """The database can't be had; the message is one line that says what to do about it."""


class InUseError(ServerError):
    """Another process holds the data folder."""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The unprivileged user that the server runs as when Milepost was started by root."""

    uid: int
    gid: int


def prepare(data_dir: Path) -> Path:
    """The folder's absolute path, made if missing; ServerError where Milepost can't write."""
    folder = data_dir.expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve()
        os.close(_open(folder, "lock"))
    except OSError as error:
        raise folder_error(folder, error) from error
    return folder


def require_no_others(data_dir: Path) -> None:
    """Raise ServerError for a folder that is in use for something else; makes nothing there."""
    folder = data_dir.expanduser().absolute()
    try:
        held = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise folder_error(folder, error) from error
    foreign = sorted(name for name in held if not _OURS.fullmatch(name))
    if foreign and held.isdisjoint(_OURS_FOR_SURE):
        raise ServerError(
            f"{folder} holds something else ({foreign[0]}): choose an empty folder with --data"
        )


def folder_error(folder: Path, error: OSError) -> ServerError:
    """An operating system's refusal, as a sentence about the data folder."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ServerError(f"No space left for the data folder {folder}: free some and start again")
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return ServerError(f"{folder} is not a folder: choose another one with --data")
    reason = error.strerror or str(error)
    return ServerError(
        f"Milepost can't write to the data folder {folder} ({reason}): "
        "choose another one with --data"
    )


@contextmanager
def claim(data_dir: Path) -> Generator[Path]:
    """Hold the data folder for this process alone; ServerError when another one has it.

    The kernel drops the lock with the process, however that ends, so nothing can go stale.
    """
    folder = prepare(data_dir)
    lock = _open(folder, "lock")
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(lock, 32, 0).decode("utf-8", "replace").strip() or "unknown"
            raise InUseError(
                f"{folder} is in use by another Milepost (pid {holder}): stop it, "
                "or choose another folder with --data"
            ) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        _claimed.add(folder)
        try:
            yield folder
        finally:
            _claimed.discard(folder)
    finally:
        os.close(lock)


def is_claimed(folder: Path) -> bool:
    """Whether this process holds the folder."""
    return folder in _claimed


def secret_key(data_dir: Path) -> bytes:
    """The installation's secret, made at the first call and kept in `secret.key`."""
    folder = prepare(data_dir)
    path = folder / "secret.key"
    try:
        if not path.exists():
            _make_secret(folder, path)
        text = path.read_text("utf-8").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise folder_error(folder, error) from error
    except ValueError as error:
        raise ServerError(f"{path} does not hold a key in hex: restore it from a copy") from error
    if len(key) < 32:
        raise ServerError(f"{path} holds less than 32 bytes: restore it from a copy")
    return key


@contextmanager
def announcing(data_dir: Path, address: str) -> Generator[None]:
    """Let other processes know for this time where this one serves; see `announced`.

    The kernel drops the lock with the processes that serve: an address can't go stale. Nobody is
    told where the folder is missing, is not for writing, or tells of another one already.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            descriptor = _open(data_dir.expanduser().absolute(), _ADDRESS)
            stack.callback(os.close, descriptor)
            if _locked(descriptor):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{address}\n".encode(), 0)
        yield


def announced(data_dir: Path) -> str | None:
    """Tell where the Milepost of a data folder serves now, if one does."""
    try:
        with (data_dir.expanduser().absolute() / _ADDRESS).open("rb") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return stream.read().decode("utf-8", "replace").strip() or None
    except OSError:
        return None
    return None


@contextmanager
def figures_folder(folder: Path) -> Generator[Path]:
    """An empty folder within a claimed one, for what several processes count together."""
    place = folder / _FIGURES
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _hand_over(descriptor, folder)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise folder_error(folder, error) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def role_password(secret: bytes, role: str) -> str:
    """The password of a database role: derived, so that it is stored nowhere."""
    return hmac.new(secret, role.encode(), hashlib.sha256).hexdigest()


def write_private(folder: Path, name: str, text: str) -> None:
    """Replace a file of the data folder at once, readable by its owner only."""
    draft = f"{name}.{os.getpid()}.new"
    descriptor = _open(folder, draft, os.O_TRUNC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
    (folder / draft).replace(folder / name)


def open_log(folder: Path, name: str) -> int:
    """A descriptor that appends to a log; a log that has grown large makes room first."""
    path = folder / name
    with suppress(FileNotFoundError):
        if path.stat().st_size > 16 * 1024 * 1024:
            path.replace(folder / f"{name}.1")
    return _open(folder, name, os.O_APPEND)


def server_user(folder: Path) -> SystemUser | None:
    """Whom the server runs as when we are root (PostgreSQL refuses root); None for ourselves.

    The owner of the cluster or of the folder where that is an ordinary user, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for path in (folder / CLUSTER, folder):
        with suppress(FileNotFoundError):
            found = path.stat()
            if found.st_uid != 0:
                return SystemUser(found.st_uid, found.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return SystemUser(65534, 65534)
    return SystemUser(nobody.pw_uid, nobody.pw_gid)


def _make_secret(folder: Path, path: Path) -> None:
    draft = f"secret.key.{os.getpid()}.new"
    write_private(folder, draft, secrets.token_hex(32) + "\n")
    # A link, not a rename: of two processes that make the key at once, the first one's stays.
    with suppress(FileExistsError):
        os.link(folder / draft, path)
    (folder / draft).unlink()


def _open(folder: Path, name: str, flags: int = 0) -> int:
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | flags, 0o600)
    _hand_over(descriptor, folder)
    return descriptor


def _hand_over(descriptor: int, folder: Path) -> None:
    """What root makes in another user's folder must stay usable for that user."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _locked(descriptor: int) -> bool:
    """Lock a file for ourselves; who only asks whether it is locked holds it for an instant."""
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.01)
    return False
