"""The rows of `identity`, each about one person, for the access matrix to ask for."""

from collections.abc import Iterator
from datetime import timedelta

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted


def people(cast: Cast) -> Iterator[Planted]:
    """Every row of `identity`."""
    owner, guru, reader = (cast.people[name] for name in ("owner", "guru", "guru_full"))
    home = {"tenant_id": cast.tenant_id}
    about = {**home, "subject_id": owner}
    times = {"created_at": cast.now, "updated_at": cast.now}
    later = cast.now + timedelta(days=14)

    yield Planted("identity.tenants", found={"id": cast.tenant_id}, fresh={"slug": "third"})
    yield Planted(
        "identity.accounts",
        found={"id": cast.accounts["owner"]},
        fresh={"email": "somebody@people.milepost.test"},
    )
    yield Planted("identity.subjects", variant="person", found={"id": owner})
    yield Planted("identity.subjects", variant="company", found={"id": cast.company_id})
    yield Planted(
        "identity.organizations",
        found={"id": cast.company_id},
        fresh={"id": cast.spare_company, "slug": "spare"},
    )
    somebody = {"id": cast.spare_person, "email": "spare@people.milepost.test"}
    for variant, person, account in (
        ("learner", owner, cast.accounts["foreign_user"]),
        ("guru", guru, cast.accounts["foreign_user"]),
    ):
        yield Planted(
            "identity.users",
            variant=variant,
            found={"id": person},
            fresh={**somebody, "account_id": account},
        )
    yield Planted(
        "identity.memberships",
        variant="owner's",
        found=about,
        fresh={"ended_at": cast.now},
        change={"ended_at": cast.now},
    )
    # Everybody knows a guru by name, and no more. Ended: it lets nobody see the company.
    yield Planted(
        "identity.memberships",
        {
            **home,
            "subject_id": guru,
            "organization_id": cast.company_id,
            "role": "viewer",
            "created_at": cast.now,
            "ended_at": cast.now,
        },
        variant="guru's",
    )
    yield Planted(
        "identity.grants",
        variant="given",
        found={**about, "audience_id": reader},
        fresh={"audience_id": cast.spare_person},
    )
    yield Planted(
        "identity.grants",
        variant="given back",
        found={**about, "audience_id": reader},
        fresh={"audience_id": cast.spare_person, "state": "ended"},
        change={"state": "ended"},
    )
    asked = {
        **about,
        "audience_id": guru,
        "level": "full",
        "capacity": "teacher",
        "state": "pending",
        "starts_at": cast.now,
        **times,
    }
    yield Planted(
        "identity.grants",
        asked,
        variant="asked for",
        fresh={"audience_id": ACTOR, "capacity": "guardian"},
        change={"state": "active"},
    )
    yield Planted(
        "identity.grants",
        variant="to a firm",
        found={**home, "subject_id": cast.company_id, "audience_id": cast.firm_id},
        fresh={"audience_id": cast.spare_company},
        change={"state": "ended"},
    )
    yield Planted(
        "identity.grants",
        {**asked, "audience_id": cast.firm_id, "capacity": "investor"},
        variant="asked for by a firm",
        fresh={"capacity": "sponsor"},
        change={"state": "ended"},
    )
    yield Planted(
        "identity.reads",
        {
            **about,
            "reader_id": reader,
            "what": "progress",
            "read_on": cast.now.date(),
            "times": 1,
            "last_at": cast.now,
        },
        variant="of the owner",
        fresh={"reader_id": ACTOR, "what": "answers"},
    )
    yield Planted(
        "identity.reads",
        {
            **home,
            "subject_id": guru,
            "reader_id": cast.people["admin"],
            "what": "progress",
            "read_on": cast.now.date(),
            "times": 1,
            "last_at": cast.now,
        },
        variant="of a guru",
        fresh={"reader_id": ACTOR, "what": "answers"},
    )
    seen = {"created_at": cast.now, "last_seen_at": cast.now, "expires_at": later}
    yield Planted(
        "identity.sessions",
        {**about, "token_hash": "\\x01", "kind": "cookie", **seen},
        fresh={"token_hash": "\\x02"},
    )
    yield Planted(
        "identity.api_keys",
        {
            **about,
            "name": "Reports",
            "hint": "abcd",
            "token_hash": "\\x03",
            "scopes": ["read"],
            "created_at": cast.now,
        },
        fresh={"token_hash": "\\x04"},
    )
    yield Planted(
        "identity.mail_links",
        {
            **about,
            "kind": "reset",
            "token_hash": "\\x05",
            "created_at": cast.now,
            "expires_at": later,
        },
        fresh={"token_hash": "\\x06"},
    )
    yield Planted(
        "identity.external_identities",
        {
            **about,
            "issuer": "https://school.example",
            "external_subject": "17",
            "created_at": cast.now,
        },
        fresh={"external_subject": "18"},
    )
    yield Planted("identity.sign_in_failures", {"key_hash": "\\x07", "failed_at": cast.now})
    yield Planted(
        "identity.replies",
        {
            **about,
            "key": "first",
            "request_hash": "\\x08",
            "status": 201,
            "body": {"said": "yes"},
            "created_at": cast.now,
        },
        fresh={"key": "second"},
    )
