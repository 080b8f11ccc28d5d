"""Who may do what with a row about `owner`, written by hand: the promise that the matrix holds
the database to.

One line for each row and verb that the application is granted at all. Whoever isn't named sees
no such row, and is refused an insert. `!` marks somebody who reaches the row, but whose change is
refused. A verb without a line is refused to everybody. `publisher` is the role that migrates and
publishes: it owns the tables, and sees nobody's rows all the same.

`update*` and `delete*` name no row, and so need see none: where they have no line of their own,
they reach what the lines of the table's rows let reach.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from tests.architecture.access import HIDDEN, REFUSED, VERBS, YES
from tests.architecture.cast import ACTORS

GROUPS = {
    "gurus_let_in": "guru_basic guru_detailed guru_full",
    "investors": "investor_basic investor_detailed investor_full firm_member firm_viewer",
    "audiences": "guru guru_basic guru_detailed guru_full guru_expired"
    " investor_basic investor_detailed investor_full firm_member",
    "close_investors": "investor_detailed investor_full firm_member firm_viewer",
    "people": "owner colleague guru guru_basic guru_detailed guru_full guru_revoked guru_expired"
    " investor_basic investor_detailed investor_full firm_member firm_viewer firm_left admin",
    "pools": "pool foreign_pool",
    "systems": "system foreign_system landlord",
    "foreigners": "foreign_user foreign_admin foreign_system",
    "everybody": " ".join(ACTORS),
    "-": "",
}

TABLE = """
identity.tenants                       select  people system landlord pool
identity.tenants                       insert  landlord
identity.tenants                       update  admin system
identity.tenants                       update* admin system foreign_admin foreign_system

# An account belongs to no tenant: whoever works for one signs people of any in.
identity.accounts                      select  owner systems
identity.accounts                      insert  systems
identity.accounts                      update  owner systems
identity.accounts                      update* people foreign_user foreign_admin systems
identity.accounts                      delete  systems

identity.subjects (person)             select  owner colleague gurus_let_in admin system
identity.subjects (person)             insert  admin system
identity.subjects (person)             delete  owner system
identity.subjects (company)            select  owner colleague gurus_let_in investors admin system
identity.subjects (company)            insert  admin system
identity.subjects (company)            delete  system
# Anybody may leave.
identity.subjects                      delete* people system foreigners

identity.organizations                 select  owner colleague gurus_let_in investors admin system
identity.organizations                 insert  admin system
# Its members say what it is.
identity.organizations                 update  owner colleague admin system
identity.organizations                 update* owner colleague firm_member admin system

# Members of a company know each other by name.
identity.users (learner)               select  owner colleague gurus_let_in admin system
identity.users (learner)               insert  admin system
identity.users (learner)               update  admin system
# Everybody may ask a guru for help.
identity.users (guru)                  select  people system
identity.users (guru)                  insert  admin system
identity.users (guru)                  update  admin system
identity.users                         update* admin system foreign_admin foreign_system

identity.memberships (owner's)         select  owner colleague gurus_let_in admin system
identity.memberships (owner's)         insert  admin system
identity.memberships (owner's)         update  admin system
identity.memberships (guru's)          select  owner colleague guru admin system
identity.memberships (guru's)          insert  admin system
identity.memberships (guru's)          update  admin system

# An audience can step back, and ask; it can't let itself in.
identity.grants (given)                select  owner guru_full admin system
identity.grants (given)                insert  owner
identity.grants (given)                update  owner !guru_full
identity.grants (given back)           select  owner guru_full admin system
identity.grants (given back)           insert  owner
identity.grants (given back)           update  owner guru_full
identity.grants (asked for)            select  owner guru admin system
identity.grants (asked for)            insert  people
identity.grants (asked for)            update  owner !guru
# Who looks on in a firm sees what lets it in, and not what it asks for; neither is theirs to end.
identity.grants (to a firm)            select  owner colleague firm_member firm_viewer admin system
identity.grants (to a firm)            insert  owner colleague
identity.grants (to a firm)            update  owner colleague firm_member
identity.grants (asked for by a firm)  select  owner firm_member admin system
identity.grants (asked for by a firm)  insert  owner firm_member
identity.grants (asked for by a firm)  update  owner firm_member
# An ended grant may be ended again, so that a repeat is told the same.
identity.grants                        update* guru_revoked owner colleague !audiences

identity.reads (of the owner)          select  owner guru_full
identity.reads (of the owner)          insert  owner gurus_let_in admin
identity.reads (of the owner)          update  guru_full
identity.reads (of a guru)             select  guru admin
identity.reads (of a guru)             insert  guru admin
identity.reads (of a guru)             update  admin

identity.sessions                      select  owner system
identity.sessions                      insert  system
identity.sessions                      update  owner system
identity.sessions                      delete  system

identity.api_keys                      select  owner system
identity.api_keys                      insert  owner
identity.api_keys                      update  owner

identity.mail_links                    select  system
identity.mail_links                    insert  system
identity.mail_links                    update  system

identity.external_identities           select  owner system
identity.external_identities           insert  system

identity.sign_in_failures              select  systems
identity.sign_in_failures              insert  systems
identity.sign_in_failures              delete  systems

identity.replies                       select  owner system
identity.replies                       insert  owner
identity.replies                       update  owner
identity.replies                       delete  system

programs.programs                      select  everybody
programs.programs                      insert  publisher
programs.programs                      update  publisher
programs.programs                      delete  publisher
programs.versions                      select  everybody
programs.versions                      insert  publisher
programs.versions                      update  publisher
programs.versions                      delete  publisher

journeys.journeys (owner's)            select  owner gurus_let_in admin system
journeys.journeys (owner's)            insert  owner
journeys.journeys (owner's)            update  owner
journeys.journeys (company's)          select  owner colleague investors admin system
journeys.journeys (company's)          insert  owner colleague
journeys.journeys (company's)          update  owner colleague
# Everybody knows a guru by name, and no more.
journeys.journeys (guru's)             select  guru admin system
journeys.journeys (guru's)             insert  guru
journeys.journeys (guru's)             update  guru

journeys.facts (progress)              select  owner gurus_let_in admin system
journeys.facts (progress)              insert  owner
journeys.facts (guru's)                select  guru admin system
journeys.facts (guru's)                insert  guru
# Tells an answer: the administrator sees progress, and no answers.
journeys.facts (kept)                  select  owner guru_full system
journeys.facts (kept)                  insert  owner

journeys.steps (owner's)               select  owner gurus_let_in admin system
journeys.steps (owner's)               insert  owner
journeys.steps (owner's)               update  owner
journeys.steps (owner's)               delete  -
journeys.steps (guru's)                select  guru admin system
journeys.steps (guru's)                insert  guru
journeys.steps (guru's)                update  guru
journeys.steps (guru's)                delete  -

# A company's progress is what everybody sees who sees anything of it; its steps begin at
# `detailed`, what it wrote at `full`.
journeys.progress                      select  owner colleague investors admin system
journeys.progress                      insert  owner colleague
journeys.progress                      update  owner colleague
journeys.steps (company's)             select  owner colleague close_investors system
journeys.steps (company's)             insert  owner colleague
journeys.steps (company's)             update  owner colleague
journeys.steps (company's)             delete  owner colleague
journeys.plan_steps                    select  owner colleague close_investors system
journeys.plan_steps                    insert  owner colleague
journeys.plan_steps                    update  owner colleague
journeys.plan_steps                    delete  owner colleague
journeys.facts (company's)             select  owner colleague close_investors system
journeys.facts (company's)             insert  owner colleague
journeys.facts (company's reason)      select  owner colleague investor_full system
journeys.facts (company's reason)      insert  owner colleague
journeys.tasks                         select  owner colleague investor_full system
journeys.tasks                         insert  owner colleague
journeys.tasks                         update  owner colleague
journeys.tasks                         delete  owner colleague

# What somebody has not sent is theirs alone, as long as they act for the company.
journeys.unsent_forms (owner's)        select  owner
journeys.unsent_forms (owner's)        insert  owner colleague
journeys.unsent_forms (owner's)        update  owner
journeys.unsent_forms (owner's)        delete  owner
journeys.unsent_forms (of one who left) select  -
journeys.unsent_forms (of one who left) insert  owner colleague
journeys.unsent_forms (of one who left) update  -
journeys.unsent_forms (of one who left) delete  -

journeys.submissions (draft)           select  owner guru_full system
journeys.submissions (draft)           insert  owner
journeys.submissions (draft)           update  owner
journeys.submissions (handed in)       select  owner guru_full system
journeys.submissions (handed in)       insert  owner
journeys.submissions (handed in)       update  -
journeys.submissions (company's draft) select  owner colleague investor_full system
journeys.submissions (company's draft) insert  owner colleague
journeys.submissions (company's draft) update  owner colleague
# Whoever writes a draft is named as who wrote it.
journeys.submissions                   update* owner !colleague

journeys.field_outputs                 select  owner guru_detailed guru_full system
journeys.field_outputs                 insert  owner
journeys.current_fields (owner's)      select  owner guru_detailed guru_full system
journeys.current_fields (owner's)      insert  owner
journeys.current_fields (owner's)      update  owner
journeys.current_fields (guru's)       select  guru system
journeys.current_fields (guru's)       insert  guru
journeys.current_fields (guru's)       update  guru

journeys.reviews                       select  owner guru_full system
journeys.reviews                       insert  guru_full

journeys.tools                         select  everybody
journeys.tools                         insert  publisher
journeys.tools                         update  publisher
journeys.tools                         delete  publisher

# Figures are results, words are content; neither is for the administrator. Whoever writes one is
# named, and the system writes none.
journeys.outcomes (owner's)            select  owner guru_detailed guru_full system
journeys.outcomes (owner's)            insert  owner
journeys.outcomes (owner's)            update  owner
journeys.outcomes (company's)          select  owner colleague close_investors system
journeys.outcomes (company's)          insert  owner colleague
journeys.outcomes (company's)          update  owner colleague
journeys.outcome_notes (owner's)       select  owner guru_full system
journeys.outcome_notes (owner's)       insert  owner
journeys.outcome_notes (company's)     select  owner colleague investor_full system
journeys.outcome_notes (company's)     insert  owner colleague

# Advice rests on what was written, and is seen by whoever may read that.
insights.suggestions (owner's)         select  owner system
insights.suggestions (owner's)         insert  owner
insights.suggestions (owner's)         update  owner
insights.suggestions (company's)       select  owner colleague system
insights.suggestions (company's)       insert  owner colleague
insights.suggestions (company's)       update  owner colleague
insights.suggestion_runs (owner's)     select  owner system
insights.suggestion_runs (owner's)     insert  owner
insights.suggestion_runs (owner's)     update  owner
insights.suggestion_runs (company's)   select  owner colleague system
insights.suggestion_runs (company's)   insert  owner colleague
insights.suggestion_runs (company's)   update  owner colleague
# What was shared is counted by the tenant's pool, and by nobody else's.
journeys.outcomes (shared)             select  owner colleague close_investors system pool
journeys.outcomes (shared)             insert  owner colleague
journeys.outcomes (shared)             update  owner colleague
# Who is counted with whom is the refresh's own business; what is shown is everybody's here.
insights.benchmark_blocks              select  pools
insights.benchmark_blocks              insert  pools
insights.benchmark_blocks              delete  pools
insights.benchmark_spent               select  pools
insights.benchmark_spent               insert  pools
insights.benchmark_keys                select  pools
insights.benchmark_keys                insert  pools
insights.benchmarks (tenant's)         select  people pools
insights.benchmarks (tenant's)         insert  pools
insights.benchmarks (tenant's)         update  pools
insights.benchmarks (tenant's)         delete  pools
insights.benchmarks (of all)           select  people foreign_user foreign_admin pools
insights.benchmarks (of all)           insert  pools
insights.benchmarks (of all)           update  pools
insights.benchmarks (of all)           delete  pools
insights.benchmark_cells (tenant's)    select  people pools
insights.benchmark_cells (tenant's)    insert  pools
insights.benchmark_cells (tenant's)    delete  pools
insights.benchmark_cells (of all)      select  people foreign_user foreign_admin pools
insights.benchmark_cells (of all)      insert  pools
insights.benchmark_cells (of all)      delete  pools

insights.portfolio_insights (owner's)  select  owner system
insights.portfolio_insights (owner's)  insert  owner colleague
insights.portfolio_insights (owner's)  update  owner
insights.portfolio_insights (owner's)  delete  owner system
# All of a firm read what its portfolio comes to; those who act for it have it worked out.
insights.portfolio_insights (firm's)   select  firm_member firm_viewer system
insights.portfolio_insights (firm's)   insert  firm_member
insights.portfolio_insights (firm's)   update  firm_member
insights.portfolio_insights (firm's)   delete  firm_member system

# A talk is its speaker's to go on with, and its company's to read.
standups.sessions                      select  owner colleague system
standups.sessions                      insert  owner colleague
standups.sessions                      update  owner
standups.messages                      select  owner colleague system
standups.messages                      insert  owner colleague
standups.messages_*                    -       -
standups.actions                       select  owner colleague system
standups.actions                       insert  owner colleague
standups.actions                       update  owner
standups.sent                          select  owner colleague system
standups.sent                          insert  owner colleague
standups.sent                          delete  system
standups.lifted                        select  owner colleague system
standups.lifted                        insert  owner colleague

# Whoever has a model asked leaves a line; those who run the tenant read them.
platform.ai_usage                      select  admin system
platform.ai_usage                      insert  people system pool
platform.ai_usage_*                    -       -

# A tool's own tables are for reading; they are written through the ones above.
sprint_*.submissions                   select  owner guru_full system
sprint_*.field_outputs                 select  owner guru_detailed guru_full system

# Everybody in a tenant may tell what happened; few may read it.
events.log                             select  owner guru_full system
events.log                             insert  people system pool
events.log                             delete  owner system
events.log_*                           -       -
events.deliveries                      select  system
events.deliveries                      insert  system
events.deliveries                      delete  system

# Jobs carry ids, never what somebody wrote. The queue's own foreign keys and triggers act as the
# owner of its tables.
procrastinate.*                        select  everybody
procrastinate.*                        insert  everybody
procrastinate.*                        update  everybody
procrastinate.*                        delete  everybody

platform.migrations                    select  everybody
platform.migrations                    insert  publisher
platform.migrations                    update  publisher
platform.migrations                    delete  publisher
"""


def expected(title: str, verb: str, actor: str) -> str | None:
    """What should come of asking for a row; None when nothing is promised of it."""
    if verb.endswith("*") and not any(title == line[0] and line[1] == verb for line in _LINES):
        return _expected_of_all(title, verb.removesuffix("*"), actor)
    lines = [line for line in _LINES if fnmatchcase(title, line[0])]
    promised = {verb: (yes, stopped) for _, verb, yes, stopped in lines}
    return _outcome(verb, actor, promised.get(verb)) if lines else None


def _expected_of_all(table: str, verb: str, actor: str) -> str | None:
    """What follows from what is promised of the table's rows, one by one."""
    about = (line[0] for line in _LINES)
    titles = {title for title in about if fnmatchcase(table, title.split(" (")[0])} or {table}
    outcomes = {expected(title, verb, actor) for title in titles}
    return next((outcome for outcome in (YES, HIDDEN, REFUSED) if outcome in outcomes), None)


def _outcome(verb: str, actor: str, promised: tuple[set[str], set[str]] | None) -> str:
    yes, stopped = promised or (set(), set())
    if actor in yes:
        return YES
    if actor in stopped or verb == "insert":
        return REFUSED
    if actor == "publisher":
        return HIDDEN
    # A line that names only the publisher grants the application nothing.
    return REFUSED if promised is None or yes == {"publisher"} else HIDDEN


def patterns() -> list[str]:
    """Every row that something is promised of."""
    return sorted({line[0] for line in _LINES})


def _read(text: str) -> list[tuple[str, str, set[str], set[str]]]:
    lines = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        title, verb, *names = line[:39].strip(), *line[39:].split()
        yes = _actors(name for name in names if not name.startswith("!"))
        stopped = _actors(name.removeprefix("!") for name in names if name.startswith("!"))
        assert yes | stopped <= set(ACTORS), f"who is that: {line}"
        assert verb in (*VERBS, "-"), f"what is that: {line}"
        lines.append((title, verb, yes, stopped))
    return lines


def _actors(names: Iterable[str]) -> set[str]:
    return {actor for name in names for actor in GROUPS.get(name, name).split()}


_LINES = _read(TABLE)
