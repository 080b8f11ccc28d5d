"""The `milepost` command: one module for each of its words. Wires; decides nothing."""

import sys


def main() -> None:
    """Run the command; an expected error is one line on stderr and exit code 1."""
    # Imported here so that `python -m` and the entry point pay for nothing twice.
    from milepost.cli.app import app
    from milepost.platform.db.datafolder import ServerError
    from milepost.platform.errors import AppError

    try:
        app()
    except (ServerError, AppError) as error:
        sys.stderr.write(f"milepost: {error}\n")
        raise SystemExit(1) from None
