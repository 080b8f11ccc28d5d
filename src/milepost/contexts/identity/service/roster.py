"""Importing a school's list of people: planned first, then applied whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import roster, rules
from milepost.contexts.identity.errors import ImportRefused
from milepost.contexts.identity.queries import roster as queries
from milepost.contexts.identity.roster import Change, Plan, Row
from milepost.contexts.identity.types import Role
from milepost.platform.db import Transaction


async def plan_import(tx: Transaction, *, content: bytes) -> Plan:
    """Tell what an import of a CSV file would do, as the system. Changes nothing."""
    rows, refused = roster.parse(content)
    known = await queries.list_known(tx)
    emails = {person.email for person in known}
    ids = {person.lms_user_id: person for person in known if person.lms_user_id}
    # Only a new address of somebody known touches an account that is there.
    moving = [row for row in rows if row.email not in emails and row.lms_user_id in ids]
    taken = await queries.list_accounts(tx, emails=[row.email for row in moving])
    fixed = await queries.list_accounts_elsewhere(
        tx, account_ids=[ids[row.lms_user_id].account_id for row in moving if row.lms_user_id]
    )
    return roster.plan(
        rows,
        refused,
        known=known,
        fixed_accounts=frozenset(fixed),
        taken_addresses=frozenset(account.email for account in taken),
    )


async def apply_import(tx: Transaction, *, plan: Plan, now: datetime) -> None:
    """Do what a plan of this same transaction says, as the system.

    Raises ImportRefused when the plan refuses a row: a file is taken whole or not at all.
    """
    if plan.refused:
        raise ImportRefused(
            f"{len(plan.refused)} rows can't be taken, so nothing was changed.",
            refused=[{"row": row.number, "why": row.why} for row in plan.refused],
        )
    touched = [*plan.new, *(change.row for change in plan.changed)]
    by_slug = await _organizations(tx, touched, now)
    await _add(tx, plan.new, by_slug, now)
    await _change(tx, plan.changed, by_slug, now)


async def _organizations(tx: Transaction, rows: Sequence[Row], now: datetime) -> Mapping[str, UUID]:
    names = {rules.slug_of(row.organization): row.organization for row in rows if row.organization}
    known = await queries.list_organizations(tx, slugs=list(names))
    by_slug = {organization.slug: organization.id for organization in known}
    missing = [slug for slug in names if slug not in by_slug]
    if missing:
        ids = await queries.make_ids(tx, count=len(missing))
        await queries.insert_subjects(tx, ids=ids, kind="organization")
        await queries.insert_organizations(
            tx, ids=ids, names=[names[slug] for slug in missing], slugs=missing, now=now
        )
        by_slug.update(zip(missing, ids, strict=True))
    return by_slug


async def _add(
    tx: Transaction, rows: Sequence[Row], by_slug: Mapping[str, UUID], now: datetime
) -> None:
    if not rows:
        return
    ids = await queries.make_ids(tx, count=len(rows))
    belongs = [_organization(row, by_slug) for row in rows]
    emails = [row.email for row in rows]
    await queries.insert_accounts(tx, emails=emails, now=now)
    await queries.insert_subjects(tx, ids=ids, kind="person")
    await queries.insert_users(
        tx,
        ids=ids,
        lms_user_ids=[row.lms_user_id for row in rows],
        emails=emails,
        full_names=[row.full_name for row in rows],
        organization_ids=belongs,
        roles=[row.role or Role.USER for row in rows],
        now=now,
    )
    joined = [(user, to) for user, to in zip(ids, belongs, strict=True) if to]
    await queries.insert_memberships(
        tx,
        user_ids=[user for user, _ in joined],
        organization_ids=[to for _, to in joined],
        now=now,
    )


async def _change(
    tx: Transaction, changes: Sequence[Change], by_slug: Mapping[str, UUID], now: datetime
) -> None:
    if not changes:
        return
    belongs = [
        _organization(change.row, by_slug) or change.known.organization_id for change in changes
    ]
    moved = [
        (change.known.id, change.known.organization_id, to)
        for change, to in zip(changes, belongs, strict=True)
        if to and to != change.known.organization_id
    ]
    renamed = [change for change in changes if "email" in change.fields]
    await queries.update_account_emails(
        tx,
        account_ids=[change.known.account_id for change in renamed],
        emails=[change.row.email for change in renamed],
        now=now,
    )
    await queries.update_users(
        tx,
        ids=[change.known.id for change in changes],
        lms_user_ids=[change.row.lms_user_id or change.known.lms_user_id for change in changes],
        emails=[change.row.email for change in changes],
        full_names=[change.row.full_name for change in changes],
        organization_ids=belongs,
        roles=[change.row.role or change.known.role for change in changes],
        now=now,
    )
    left = [(user, old) for user, old, _ in moved if old]
    await queries.update_memberships_ended(
        tx,
        user_ids=[user for user, _ in left],
        organization_ids=[old for _, old in left],
        now=now,
    )
    await queries.insert_memberships(
        tx,
        user_ids=[user for user, _, _ in moved],
        organization_ids=[to for _, _, to in moved],
        now=now,
    )


def _organization(row: Row, by_slug: Mapping[str, UUID]) -> UUID | None:
    return by_slug[rules.slug_of(row.organization)] if row.organization else None
