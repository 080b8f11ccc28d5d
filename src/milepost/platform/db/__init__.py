"""PostgreSQL: the embedded server, roles, migrations, backup, and transactions.

`Database.transaction(actor)` is the only way to a connection.
"""

from milepost.platform.db.transaction import Actor, Database, Transaction

__all__ = ["Actor", "Database", "Transaction"]
