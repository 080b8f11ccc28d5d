"""A school's list of people: reading its CSV, and planning what an import of it changes.

Pure: what is known comes in, a plan goes out. Rows are numbered as a spreadsheet shows
them, the header being row 1. A blank says nothing: it never empties what is known.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.types import Role
from milepost.platform.errors import Invalid

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "lms_user_id": ("id", "userid", "lmsuserid", "learnworldsid", "lmsid"),
    "email": ("email", "emailaddress", "mail", "useremail"),
    "full_name": ("name", "fullname", "username", "displayname"),
    "first_name": ("firstname", "givenname"),
    "last_name": ("lastname", "surname", "familyname"),
    "organization": ("organization", "organisation", "organizationname", "company", "companyname"),
    "role": ("role", "userrole", "usertype"),
}

_ROLES: Mapping[str, Role] = {
    "user": Role.USER,
    "learner": Role.USER,
    "student": Role.USER,
    "member": Role.USER,
    "guru": Role.GURU,
    "coach": Role.GURU,
    "instructor": Role.GURU,
    "mentor": Role.GURU,
    "admin": Role.ADMIN,
    "administrator": Role.ADMIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person as the file has them."""

    number: int
    lms_user_id: str | None
    email: str
    full_name: str
    organization: str | None
    role: Role | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One person as the tenant has them."""

    id: UUID
    account_id: UUID
    lms_user_id: str | None
    email: str
    full_name: str
    organization_id: UUID | None
    organization_slug: str | None
    role: str
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a row makes different about somebody: field → (before, after)."""

    row: Row
    known: Known
    fields: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that can't be taken, and why, in words for whoever made the file."""

    number: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do."""

    new: tuple[Row, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: tuple[Row, ...] = ()
    refused: tuple[Refused, ...] = ()


def parse(content: bytes) -> tuple[list[Row], list[Refused]]:
    """Read a CSV file. Raises Invalid when the file as a whole can't be read."""
    try:
        return _parse(_decoded(content))
    except csv.Error as error:
        raise Invalid(f"This is not a CSV file: {error}.") from error


def plan(
    rows: Sequence[Row],
    refused: Iterable[Refused],
    *,
    known: Iterable[Known],
    fixed_accounts: frozenset[UUID] = frozenset(),
    taken_addresses: frozenset[str] = frozenset(),
) -> Plan:
    """Compare a file with what is known.

    `fixed_accounts` sign in to other tenants too, and `taken_addresses` belong to accounts
    that are nobody here: an import moves no address out of one or into the other.
    """
    people = list(known)
    by_id = {person.lms_user_id: person for person in people if person.lms_user_id}
    by_email = {person.email: person for person in people}
    new: list[Row] = []
    changed: list[Change] = []
    unchanged: list[Row] = []
    no = list(refused)
    for row in rows:
        same_id = by_id.get(row.lms_user_id) if row.lms_user_id else None
        same_email = by_email.get(row.email)
        why = _contradiction(row, same_id, same_email, fixed_accounts, taken_addresses)
        person = same_id or same_email
        if why:
            no.append(Refused(row.number, why))
        elif person is None:
            new.append(row)
        elif fields := _differences(row, person):
            changed.append(Change(row=row, known=person, fields=fields))
        else:
            unchanged.append(row)
    made = Plan(new=tuple(new), changed=tuple(changed), unchanged=tuple(unchanged))
    return _with_an_admin(replace(made, refused=tuple(no)), people)


def _with_an_admin(made: Plan, people: Iterable[Known]) -> Plan:
    """Refuse what would leave nobody to administrate."""
    admins = {person.id for person in people if person.role == Role.ADMIN and not person.disabled}
    roles = {change.known.id: change.row.role for change in made.changed if change.row.role}
    after = {person_id for person_id in admins if roles.get(person_id, Role.ADMIN) == Role.ADMIN}
    promoted = any(
        role == Role.ADMIN for person_id, role in roles.items() if person_id not in admins
    )
    if after or promoted or not admins or any(row.role == Role.ADMIN for row in made.new):
        return _sorted(made)
    demoting = [change for change in made.changed if change.known.id in admins]
    why = "Nobody would be left to administrate."
    return _sorted(
        replace(
            made,
            changed=tuple(change for change in made.changed if change not in demoting),
            refused=(
                *made.refused,
                *(Refused(change.row.number, why) for change in demoting),
            ),
        )
    )


def _sorted(made: Plan) -> Plan:
    return replace(made, refused=tuple(sorted(made.refused, key=lambda one: one.number)))


def _contradiction(
    row: Row,
    same_id: Known | None,
    same_email: Known | None,
    fixed_accounts: frozenset[UUID],
    taken_addresses: frozenset[str],
) -> str | None:
    if same_id and same_email and same_id.id != same_email.id:
        return f"The id belongs to {same_id.email}, the e-mail to somebody else."
    if same_id is None and same_email and row.lms_user_id and same_email.lms_user_id:
        return f"The person with this e-mail has another id, {same_email.lms_user_id}."
    if same_id and same_email is None:
        if same_id.account_id in fixed_accounts:
            return "This person signs in elsewhere too; only they can change their e-mail."
        if row.email in taken_addresses:
            return "Somebody else signs in with this e-mail already."
    return None


def _differences(row: Row, person: Known) -> dict[str, tuple[str | None, str | None]]:
    slug = rules.slug_of(row.organization) if row.organization else None
    candidates: tuple[tuple[str, str | None, str | None], ...] = (
        ("lms_user_id", person.lms_user_id, row.lms_user_id),
        ("email", person.email, row.email),
        ("full_name", person.full_name, row.full_name),
        ("organization", person.organization_slug, slug),
        ("role", person.role, str(row.role) if row.role else None),
    )
    return {
        name: (before, after)
        for name, before, after in candidates
        if after is not None and after != before
    }


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("This file is not UTF-8. Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise Invalid("This is not a CSV file: it holds NUL characters.")
    return text


def _parse(text: str) -> tuple[list[Row], list[Refused]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    lines = enumerate(
        csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
    )
    header = next((cells for _, cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise Invalid("This file is empty.")
    columns = _columns(header)
    rows: list[Row] = []
    refused: list[Refused] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(number, cells, columns, len(header))
            _remember(row, seen)
        except Invalid as error:
            refused.append(Refused(number, error.message))
        else:
            rows.append(row)
    return rows, refused


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what; of two that could hold it, the one with the plainer name."""
    names = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    found: dict[str, int] = {}
    for field, spellings in _HEADERS.items():
        for spelling in spellings:
            if spelling in names:
                found[field] = names.index(spelling)
                break
    if "email" not in found:
        raise Invalid("There is no e-mail column. The first row names the columns.")
    if not {"full_name", "first_name", "last_name"} & found.keys():
        raise Invalid("There is no name column. The first row names the columns.")
    return found


def _row(number: int, cells: Sequence[str], columns: Mapping[str, int], width: int) -> Row:
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise Invalid("This row has more columns than the header.")
    given = {
        field: cells[column].strip() if column < len(cells) else ""
        for field, column in columns.items()
    }
    if not given["email"]:
        raise Invalid("The e-mail is missing.")
    parts = (given.get("first_name", ""), given.get("last_name", ""))
    name = given.get("full_name") or " ".join(part for part in parts if part)
    if not name:
        raise Invalid("The name is missing.")
    role = given.get("role", "").lower()
    if role and role not in _ROLES:
        raise Invalid(f"“{role[:40]}” is no role; there are user, guru and admin.")
    if len(given.get("lms_user_id", "")) > 255:
        raise Invalid("The id is longer than 255 characters.")
    organization = given.get("organization")
    return Row(
        number=number,
        lms_user_id=given.get("lms_user_id") or None,
        email=rules.email(given["email"]),
        full_name=rules.full_name(name),
        organization=rules.full_name(organization) if organization else None,
        role=_ROLES[role] if role else None,
    )


def _remember(row: Row, seen: dict[tuple[str, str], int]) -> None:
    keys = list(_keys(row))
    for field, value in keys:
        if (field, value) in seen:
            raise Invalid(f"The same {field} stands in row {seen[field, value]}.")
    seen.update(dict.fromkeys(keys, row.number))


def _keys(row: Row) -> Iterator[tuple[str, str]]:
    yield "e-mail", row.email
    if row.lms_user_id:
        yield "id", row.lms_user_id
