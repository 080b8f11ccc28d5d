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

    try:
        build(sys.argv[1:])()
    except (ServerError, MigrationError, BackupError, AppError, SettingsError) as error:
        told = str(error)
    except ValidationError as error:
        if error.title != "Settings":
            raise
        # What was given stays unsaid: it may be a secret.
        told = "; ".join(
            f"MILEPOST_{'__'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False)
        )
    else:
        return
    sys.stderr.write(f"milepost: {told}\n")
    raise SystemExit(1)
