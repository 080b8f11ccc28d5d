"""`milepost users`: adding one person, and importing a school's whole list."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.cli.database import opened, place_of, transaction_of
from milepost.cli.options import AsJson, DataOption, UrlOption
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Role, System, Tenant
from milepost.platform import clock
from milepost.platform.db import datafolder
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.errors import Invalid
from milepost.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Add people, and import a school's list of them.")

TenantOption = Annotated[
    str | None, typer.Option("--tenant", help="Which tenant.", show_default="the only one")
]

# As much of each part of a plan as one reads; --json has it all.
SHOWN = 20

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    name: Annotated[str, typer.Option("--name", help="Their full name.")],
    role: Annotated[Role, typer.Option(help="What they are here.")] = Role.USER,
    organization: Annotated[
        str | None, typer.Option(help="Where they belong; made if missing.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read their password from standard input.")
    ] = False,
    mail: Annotated[
        bool, typer.Option("--mail", help="Send the invitation instead of printing its link.")
    ] = False,
    tenant: TenantOption = None,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Add a person; without a password, they choose one by an invitation link."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with opened(data=data, url=url) as access:
        added = asyncio.run(
            _add(
                access,
                reached_at=_reached_at(data=data, url=url),
                tenant=tenant,
                email=email,
                name=name,
                role=role,
                organization=organization,
                password=password,
                mail=mail,
            )
        )
    if as_json:
        _print_json(added)
        return
    _out.print(f"Added {added['full_name']} <{added['email']}> as {role}.", markup=False)
    if added["invitation"]:
        _out.print("They choose a password here, within seven days:")
        _out.print(added["invitation"], markup=False, soft_wrap=True)
    elif mail:
        _out.print("The invitation is on its way, as soon as Milepost runs.")


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")
    ],
    apply: Annotated[
        bool, typer.Option("--apply/--plan", help="Do it, or only say what would be done.")
    ] = True,
    tenant: TenantOption = None,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Import people: id, e-mail, name, organization, role. Whole, or not at all."""
    content = file.read_bytes()
    with (
        opened(data=data, url=url) as access,
        _err.status(f"Comparing {file.name} with who is there …"),
    ):
        plan = asyncio.run(_import(access, tenant=tenant, content=content, apply=apply))
    applied = apply and not plan.refused
    if as_json:
        _print_json({"applied": applied, **_document(plan)})
    else:
        _print_plan(plan, applied=applied)
    if plan.refused:
        raise typer.Exit(1)


async def _add(
    access: DatabaseAccess,
    *,
    reached_at: Settings,
    tenant: str | None,
    email: str,
    name: str,
    role: Role,
    organization: str | None,
    password: str | None,
    mail: bool,
) -> dict[str, Any]:
    now = clock.now()
    made = None if password is None else await identity.hash_password(password, email=email)
    found = await _tenant(access, tenant)
    invitation = ""
    async with transaction_of(access.roles.app, System(found.id)) as tx:
        belongs = (
            await identity.ensure_organization(tx, name=organization, now=now)
            if organization
            else None
        )
        user = await identity.add_user(
            tx,
            email=email,
            full_name=name,
            role=role,
            organization_id=belongs.id if belongs else None,
            password_hash=made,
            now=now,
        )
        if mail:
            await identity.invite(tx, user_id=user.id)
        elif password is None:
            link = await identity.make_link(tx, user_id=user.id, kind="invitation", now=now)
            invitation = identity.link_to(reached_at, "invitation", link[2]) if link else ""
    return {
        "id": str(user.id),
        "email": user.email,
        "full_name": user.full_name,
        "role": user.role,
        "tenant": found.slug,
        "invitation": invitation,
    }


def _reached_at(*, data: Path | None, url: str | None) -> Settings:
    """The settings for a link: to what is set, else to where the Milepost of the folder serves."""
    settings = Settings()
    if settings.base_url:
        return settings
    address = datafolder.announced(place_of(data=data, url=url).data)
    return settings.model_copy(update={"base_url": address})


async def _import(
    access: DatabaseAccess, *, tenant: str | None, content: bytes, apply: bool
) -> identity.Plan:
    found = await _tenant(access, tenant)
    async with transaction_of(access.roles.app, System(found.id)) as tx:
        plan = await identity.plan_import(tx, content=content)
        if apply and not plan.refused:
            await identity.apply_import(tx, plan=plan, now=clock.now())
    return plan


async def _tenant(access: DatabaseAccess, slug: str | None) -> Tenant:
    """The tenant that is meant: the named one, or the only one."""
    async with transaction_of(access.roles.app, System()) as tx:
        if slug is not None:
            return await identity.get_tenant(tx, slug=slug)
        tenants = await identity.list_tenants(tx)
        if not tenants:
            return await identity.ensure_tenant(
                tx, slug=Settings().default_tenant, name="Milepost", now=clock.now()
            )
    if len(tenants) > 1:
        names = ", ".join(tenant.slug for tenant in tenants)
        raise Invalid(f"Say which tenant with --tenant: {names}.")
    return tenants[0]


def _document(plan: identity.Plan) -> dict[str, Any]:
    return {
        "new": [{"row": row.number, "email": row.email} for row in plan.new],
        "changed": [
            {
                "row": change.row.number,
                "email": change.known.email,
                "fields": {
                    field: {"before": before, "after": after}
                    for field, (before, after) in change.fields.items()
                },
            }
            for change in plan.changed
        ],
        "unchanged": len(plan.unchanged),
        "refused": [{"row": row.number, "why": row.why} for row in plan.refused],
    }


def _print_plan(plan: identity.Plan, *, applied: bool) -> None:
    _print_rows(
        "New", ("row", "e-mail", "name"), [(r.number, r.email, r.full_name) for r in plan.new]
    )
    _print_rows(
        "Changed",
        ("row", "e-mail", "what"),
        [
            (
                change.row.number,
                change.known.email,
                "; ".join(
                    f"{field}: {before or 'nothing'} → {after}"
                    for field, (before, after) in change.fields.items()
                ),
            )
            for change in plan.changed
        ],
    )
    _print_rows("Refused", ("row", "why"), [(row.number, row.why) for row in plan.refused])
    _out.print(
        f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.unchanged)} unchanged,"
        f" {len(plan.refused)} refused."
    )
    if plan.refused:
        _err.print("Nothing was changed: put the refused rows right first.", style="red")
    elif not applied:
        _out.print("This is only the plan: nothing was changed.")
    else:
        _out.print("Done." if plan.new or plan.changed else "There was nothing to do.")


def _print_rows(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    table = Table(*header, title=title, title_justify="left", box=None)
    for row in rows[:SHOWN]:
        table.add_row(*(Text(str(cell)) for cell in row))
    _out.print(table)
    if len(rows) > SHOWN:
        _out.print(f"… and {len(rows) - SHOWN} more")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
