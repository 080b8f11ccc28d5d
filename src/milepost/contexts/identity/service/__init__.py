"""The use cases of identity, and its public face."""

from typing import TYPE_CHECKING, Any

from milepost.contexts.identity.roster import Plan
from milepost.contexts.identity.service.exports import export_me
from milepost.contexts.identity.service.grants import (
    Audience,
    accept,
    change_level,
    decline,
    end,
    get_grant,
    is_audience,
    list_given,
    list_reads,
    list_received,
    make_grant,
    record_read,
    record_reads,
    require_acting,
    take_back,
)
from milepost.contexts.identity.service.keys import list_keys, make_key, revoke_key
from milepost.contexts.identity.service.links import (
    invite,
    link_to,
    make_link,
    request_reset,
    set_password_by_link,
)
from milepost.contexts.identity.service.organizations import (
    describe_organization,
    ensure_organization,
    ensure_tenant,
    find_company,
    find_organization,
    get_organization,
    get_own_tenant,
    get_tenant,
    join,
    join_pool,
    list_firms,
    list_joined,
    list_members,
    list_organizations,
    list_tenants,
)
from milepost.contexts.identity.service.people import (
    add_user,
    change_password,
    change_profile,
    delete_account,
    disable,
    find_user_by_email,
    get_user,
    has_password,
    hash_password,
    list_users,
    set_role,
    update_user,
)
from milepost.contexts.identity.service.previews import Preview
from milepost.contexts.identity.service.roster import apply_import, plan_import
from milepost.contexts.identity.service.sign_in import (
    list_sessions,
    open_session,
    revoke_other_sessions,
    revoke_session,
    sign_in,
    sign_out,
)

if TYPE_CHECKING:
    from milepost.contexts.identity.service.oidc import (
        Flow,
        find_provider,
        finish_oidc,
        leave_for,
    )

__all__ = [
    "Audience",
    "Flow",
    "Plan",
    "Preview",
    "accept",
    "add_user",
    "apply_import",
    "change_level",
    "change_password",
    "change_profile",
    "decline",
    "delete_account",
    "describe_organization",
    "disable",
    "end",
    "ensure_organization",
    "ensure_tenant",
    "export_me",
    "find_company",
    "find_organization",
    "find_provider",
    "find_user_by_email",
    "finish_oidc",
    "get_grant",
    "get_organization",
    "get_own_tenant",
    "get_tenant",
    "get_user",
    "has_password",
    "hash_password",
    "invite",
    "is_audience",
    "join",
    "join_pool",
    "leave_for",
    "link_to",
    "list_firms",
    "list_given",
    "list_joined",
    "list_keys",
    "list_members",
    "list_organizations",
    "list_reads",
    "list_received",
    "list_sessions",
    "list_tenants",
    "list_users",
    "make_grant",
    "make_key",
    "make_link",
    "open_session",
    "plan_import",
    "record_read",
    "record_reads",
    "request_reset",
    "require_acting",
    "revoke_key",
    "revoke_other_sessions",
    "revoke_session",
    "set_password_by_link",
    "set_role",
    "sign_in",
    "sign_out",
    "take_back",
    "update_user",
]


def __getattr__(name: str) -> Any:
    """Load what speaks OpenID Connect when somebody first does: it brings two libraries along."""
    if name in ("Flow", "find_provider", "finish_oidc", "leave_for"):
        from milepost.contexts.identity.service import oidc

        return getattr(oidc, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
