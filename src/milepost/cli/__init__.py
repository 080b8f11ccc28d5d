"""The `milepost` command: one module for each of its words. Wires; decides nothing."""

import sys


def main() -> None:
    """Run the command; an expected error is one line on stderr and exit code 1."""
    from milepost.cli.app import build
    from milepost.platform.db.backup import BackupError
    from milepost.platform.db.datafolder import ServerError
    from milepost.platform.db.migrations import MigrationError
    from milepost.platform.errors import AppError

    try:
        build(sys.argv[1:])()
    except (ServerError, MigrationError, BackupError, AppError) as error:
        sys.stderr.write(f"milepost: {error}\n")
        raise SystemExit(1) from None
