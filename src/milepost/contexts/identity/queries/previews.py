"""How a transaction begins in which a company looks at itself with an audience's eyes."""

from typing import LiteralString

ENTER: LiteralString = """
    select e.tenant_id, e.user_id, e.account_id, e.role, e.full_name, e.email, e.time_zone, e.theme
      from identity.enter_preview(
             %(tenant_id)s, %(user_id)s, %(company_id)s, %(level)s, %(now)s
           ) e
"""
