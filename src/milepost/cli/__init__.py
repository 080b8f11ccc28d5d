"""The `milepost` command: one module for each of its words. Wires; decides nothing."""

import sys

from milepost.cli.garbage import collect_seldom


def main() -> None:
    """Run the command; an expected error is one line on stderr and exit code 1."""
    collect_seldom()
    try:
        _run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run() -> None:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from milepost.cli.app import build
    from milepost.platform.db.backup import BackupError
    from milepost.platform.db.datafolder import ServerError
    from milepost.platform.db.migrations import MigrationError
    from milepost.platform.errors import AppError
    from milepost.settings import told

    try:
        build(sys.argv[1:])()
    except (ServerError, MigrationError, BackupError, AppError) as error:
        said = str(error)
    except SettingsError as error:
        said = told(error)
    except ValidationError as error:
        if error.title != "Settings":
            raise
        said = told(error)
    else:
        return
    sys.stderr.write(f"milepost: {said}\n")
    raise SystemExit(1)
