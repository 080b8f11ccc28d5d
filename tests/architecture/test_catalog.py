"""The rules of the house, held against the catalog of the migrated database.

What is allowed to differ is named here, with its reason.
"""

import psycopg

from tests.architecture.catalog import OURS, foreign_keys, indexes, rows, tables

# Belong to no tenant, and so never refer to what does.
GLOBAL = {
    "identity.tenants": "they are what the others belong to",
    "identity.accounts": "one person may be a user in several tenants",
    "identity.sign_in_failures": "counted before it is known who asks, by a hash",
    "programs.programs": "the catalog is shared",
    "programs.versions": "the catalog is shared",
    "journeys.tools": "names the schemas of the catalog's tools",
    "insights.benchmark_blocks": "companies of several tenants, by keyed hashes",
    "insights.benchmark_spent": "the same, of those who are counted no more",
    "insights.benchmark_keys": "is about the key of these hashes",
    "insights.benchmarks": "are of a pool: a tenant's own, or that of all tenants",
    "insights.benchmark_cells": "are of a pool: a tenant's own, or that of all tenants",
    "platform.migrations": "is about the database itself",
    "procrastinate.procrastinate_jobs": "the queue's own; its arguments name the tenant",
    "procrastinate.procrastinate_events": "the queue's own",
    "procrastinate.procrastinate_periodic_defers": "the queue's own",
    "procrastinate.procrastinate_workers": "the queue's own",
}

ABOUT_NOBODY = {
    "identity.subjects": "is the subject",
    "identity.users": "its id is the subject",
    "identity.organizations": "its id is the subject",
    "events.deliveries": "says which handler is done with which event",
    "platform.ai_usage": "says what asking models cost a tenant, and nothing of whom",
}

WITHOUT_INDEX = {
    "journeys.journeys → programs.programs": "programs are never deleted",
    "journeys.outcomes → programs.programs": "programs are never deleted",
    "journeys.submissions → identity.organizations": "an organization with submissions stays; "
    "the scan that says so is rarer than a submission, which would pay for the index",
    "procrastinate.procrastinate_jobs → procrastinate.procrastinate_workers": "the library's own",
}

# From the top down; foreign keys go down or stay.
ORDER = (
    {"insights", "standups"},
    {"coaching", "spaces", "lessons"},
    {"rewards", "goals"},
    {"journeys"},
    {"programs"},
    {"identity"},
)
PLATFORM = {"events", "procrastinate", "platform"}


def context_of(schema: str) -> str:
    """A tool's schema holds partitions of the engine's tables."""
    return "journeys" if schema.startswith("sprint_") else schema


def rank(schema: str) -> int:
    (found,) = [place for place, names in enumerate(ORDER) if context_of(schema) in names]
    return found


def test_every_schema_has_its_place(catalog: psycopg.Connection) -> None:
    schemas = {context_of(table.schema) for table in tables(catalog)} - PLATFORM
    assert schemas <= set().union(*ORDER)


def test_tenant_id_comes_first_or_the_table_is_named_as_global(
    catalog: psycopg.Connection,
) -> None:
    every = tables(catalog)
    assert {table.name for table in every if not table.belongs_to_a_tenant} == set(GLOBAL)
    late = [t.name for t in every if t.belongs_to_a_tenant and t.columns[0] != "tenant_id"]
    assert late == []


def test_keys_begin_with_the_tenant(catalog: psycopg.Connection) -> None:
    assert [table.name for table in tables(catalog) if not table.key] == []
    wrong = [
        index
        for index in indexes(catalog)
        if index.unique and index.table not in GLOBAL and index.columns[0] != "tenant_id"
    ]
    assert wrong == []


def test_no_row_can_refer_across_tenants(catalog: psycopg.Connection) -> None:
    wrong = []
    for key in foreign_keys(catalog):
        if key.target in GLOBAL:
            continue
        if key.source in GLOBAL:
            wrong.append(f"{key.title}: a global table refers to a tenant's")
        elif (key.columns[0], key.target_columns[0]) != ("tenant_id", "tenant_id"):
            wrong.append(f"{key.title}: doesn't carry tenant_id in the same place")
    assert wrong == []


def test_foreign_keys_go_down_the_order(catalog: psycopg.Connection) -> None:
    wrong = []
    for key in foreign_keys(catalog):
        source, target = key.source.split(".")[0], key.target.split(".")[0]
        if source == target:
            continue
        within = context_of(source) == context_of(target)
        if source in PLATFORM or target in PLATFORM or not (within or rank(source) < rank(target)):
            wrong.append(key.title)
    assert wrong == []


def test_deleting_never_leaves_a_key_half_empty(catalog: psycopg.Connection) -> None:
    """`set null` would empty tenant_id along with the rest."""
    wrong = [
        key.title
        for key in foreign_keys(catalog)
        if key.source not in GLOBAL and key.on_delete in ("set null", "set default")
    ]
    assert wrong == []


def test_every_foreign_key_can_be_followed_back(catalog: psycopg.Connection) -> None:
    """Deleting a person looks for their rows by these columns in every table."""
    every = indexes(catalog)
    unserved = set()
    for key in foreign_keys(catalog):
        told_by = [column for column in key.columns if column != "tenant_id"] or ["tenant_id"]
        serving = (
            index.columns[1:] if index.columns[0] == "tenant_id" != told_by[0] else index.columns
            for index in every
            if index.table == key.source and not index.partial
        )
        if not any(columns and columns[0] in told_by for columns in serving):
            unserved.add(key.title)
    assert unserved == set(WITHOUT_INDEX)


def test_whatever_is_about_somebody_says_whom(catalog: psycopg.Connection) -> None:
    silent = {
        table.name
        for table in tables(catalog)
        if table.belongs_to_a_tenant
        and table.partition_of is None
        and "subject_id" not in table.columns
    }
    assert silent == set(ABOUT_NOBODY)


def test_subjects_take_their_rows_along(catalog: psycopg.Connection) -> None:
    """Erasing a subject is one delete. The log is swept by name: it holds whoever is gone."""
    kept = {
        table.name
        for table in tables(catalog)
        if table.belongs_to_a_tenant and table.partition_of is None
    } - {
        key.source
        for key in foreign_keys(catalog)
        if key.target == "identity.subjects" and key.on_delete == "cascade"
    }
    assert kept == {
        "identity.subjects",
        "events.log",
        "events.deliveries",
        "platform.ai_usage",
    }


def test_tenants_tables_number_nothing_and_trigger_nothing(catalog: psycopg.Connection) -> None:
    found = rows(
        catalog,
        f"""
        select n.nspname || '.' || c.relname || ': ' || a.attname
          from pg_attribute a
          join pg_class c
            on c.oid = a.attrelid
          join pg_namespace n
            on n.oid = c.relnamespace
          left join pg_attrdef d
            on d.adrelid = a.attrelid
           and d.adnum = a.attnum
         where c.relkind in ('r', 'p')
           and {OURS}
           and n.nspname <> 'procrastinate'
           and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like '%nextval%')
         union all
        select n.nspname || '.' || c.relname || ': ' || t.tgname
          from pg_trigger t
          join pg_class c
            on c.oid = t.tgrelid
          join pg_namespace n
            on n.oid = c.relnamespace
         where not t.tgisinternal
           and {OURS}
           and n.nspname <> 'procrastinate'
        """,
    )
    assert found == []


def test_partitions_are_one_level_deep(catalog: psycopg.Connection) -> None:
    found = rows(
        catalog,
        "select c.oid::regclass::text from pg_class c where c.relispartition and c.relkind = 'p'",
    )
    assert found == []


def test_functions_with_their_owners_rights_are_fixed(catalog: psycopg.Connection) -> None:
    wrong = rows(
        catalog,
        f"""
        select p.oid::regprocedure::text
          from pg_proc p
          join pg_namespace n
            on n.oid = p.pronamespace
         where {OURS}
           and p.prosecdef
           and (
             p.proowner::regrole::text not in ('milepost_operator', 'milepost_owner')
             or not coalesce(p.proconfig @> array['search_path=""'], false)
           )
        """,
    )
    assert wrong == []


def test_functions_with_the_operators_rights_are_few(catalog: psycopg.Connection) -> None:
    """Each is a way around policies, and is read closely when it changes."""
    found = rows(
        catalog,
        """
        select p.oid::regproc::text
          from pg_proc p
         where p.proowner = 'milepost_operator'::regrole
            or p.prosecdef and p.proowner = 'milepost_owner'::regrole
         order by 1
        """,
    )
    assert found == [
        "identity.change_profile",
        "identity.ensure_account",
        "identity.enter",
        "identity.enter_pool",
        "identity.enter_preview",
        "identity.enter_system",
        "identity.enter_token",
        "identity.erase_me",
        "identity.users_of_account",
        "insights.is_mostly_known",
        "platform.archive_partitions",
        "platform.make_partitions",
    ]


def test_functions_in_sql_read_no_table(catalog: psycopg.Connection) -> None:
    found = rows(
        catalog,
        f"""
        select distinct p.oid::regprocedure::text
          from pg_proc p
          join pg_namespace n
            on n.oid = p.pronamespace
          join pg_language l
            on l.oid = p.prolang
          left join pg_depend d
            on d.classid = 'pg_proc'::regclass
           and d.objid = p.oid
           and d.refclassid = 'pg_class'::regclass
         where {OURS}
           and l.lanname = 'sql'
           and (p.prosqlbody is null or d.refobjid is not null)
        """,
    )
    assert found == []


def test_nothing_is_granted_to_everybody(catalog: psycopg.Connection) -> None:
    found = rows(
        catalog,
        f"""
        select c.oid::regclass || ': ' || a.privilege_type
          from pg_class c
          join pg_namespace n
            on n.oid = c.relnamespace
         cross join lateral aclexplode(c.relacl) a
         where {OURS}
           and a.grantee = 0
         union all
        select c.oid::regclass || '.' || t.attname || ': ' || a.privilege_type
          from pg_attribute t
          join pg_class c
            on c.oid = t.attrelid
          join pg_namespace n
            on n.oid = c.relnamespace
         cross join lateral aclexplode(t.attacl) a
         where {OURS}
           and a.grantee = 0
         union all
        select n.nspname || ': ' || a.privilege_type
          from pg_namespace n
         cross join lateral aclexplode(n.nspacl) a
         where {OURS}
           and a.grantee = 0
         union all
        select p.oid::regprocedure || ': ' || a.privilege_type
          from pg_proc p
          join pg_namespace n
            on n.oid = p.pronamespace
         cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         where {OURS}
           and a.grantee = 0
        """,
    )
    assert found == []


def test_only_the_extensions_that_any_server_has_are_needed(catalog: psycopg.Connection) -> None:
    assert rows(catalog, "select extname::text from pg_extension order by 1") == [
        "plpgsql",
        "vector",
    ]
