-- Tenants, accounts, people, organizations, who lets whom see what, and sign-in.

create table identity.tenants (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  settings jsonb not null default '{}',
  created_at timestamptz not null
);
alter table identity.tenants enable row level security, force row level security;
-- A worker for one tenant sees that one; Milepost itself, working for none, sees all.
create policy read on identity.tenants for select
  using (
    id = (select identity.tenant())
    or ((select identity.sees_all('full')) and (select identity.tenant()) is null)
  );
create policy change on identity.tenants for update
  using ((select identity.manages()) and id = (select identity.tenant()));
create policy make on identity.tenants for insert
  with check ((select identity.manages()) and (select identity.tenant()) is null);
grant select, insert, update on identity.tenants to milepost_app;

-- Who signs in. Global: one account may be a user in several tenants.
create table identity.accounts (
  id uuid primary key default uuidv7(),
  email text not null unique check (email = lower(email)),
  password_hash text,
  email_verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
alter table identity.accounts enable row level security, force row level security;
create policy read on identity.accounts for select
  using ((select identity.sees_all('full')) or id = (select identity.account()));
-- Administrators add people through identity.ensure_account() (0003), which sets no password:
-- an account made with one would let its maker in wherever its owner is added later.
create policy make on identity.accounts for insert
  with check ((select identity.sees_all('full')));
create policy change on identity.accounts for update
  using ((select identity.sees_all('full')) or id = (select identity.account()));
create policy remove on identity.accounts for delete
  using ((select identity.sees_all('full')));
grant select, insert, update, delete on identity.accounts to milepost_app;

-- A person or an organization: whatever a row can be about. Deleting one takes
-- every row about it along, in every context, by foreign keys.
create table identity.subjects (
  tenant_id uuid not null references identity.tenants (id),
  id uuid not null default uuidv7(),
  kind text not null check (kind in ('person', 'organization')),
  primary key (tenant_id, id)
);
alter table identity.subjects enable row level security, force row level security;
create policy read on identity.subjects for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('known')) or id in (select unnest(identity.sees('known'))))
  );
create policy make on identity.subjects for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.manages()));
create policy remove on identity.subjects for delete
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or id = (select identity.actor()))
  );
grant select, insert, delete on identity.subjects to milepost_app;

create table identity.organizations (
  tenant_id uuid not null,
  id uuid not null,
  name text not null check (name <> ''),
  slug text not null,
  kind text not null default 'company'
    check (kind in ('company', 'investor', 'class', 'family', 'practice')),
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, slug),
  foreign key (tenant_id, id) references identity.subjects (tenant_id, id) on delete cascade
);
alter table identity.organizations enable row level security, force row level security;
create policy read on identity.organizations for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('known')) or id in (select unnest(identity.sees('known'))))
  );
create policy make on identity.organizations for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.manages()));
create policy change on identity.organizations for update
  using (tenant_id = (select identity.tenant()) and (select identity.manages()));
grant select, insert, update on identity.organizations to milepost_app;

-- That account as a person of one tenant.
create table identity.users (
  tenant_id uuid not null,
  id uuid not null,
  account_id uuid not null references identity.accounts (id),
  lms_user_id text,
  email text not null,
  full_name text not null check (full_name <> ''),
  organization_id uuid,
  role text not null default 'user' check (role in ('user', 'admin', 'guru')),
  time_zone text not null default 'UTC',
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_login timestamptz,
  disabled_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, account_id),
  unique (tenant_id, email),
  unique (tenant_id, lms_user_id),
  foreign key (tenant_id, id) references identity.subjects (tenant_id, id) on delete cascade,
  foreign key (tenant_id, organization_id) references identity.organizations (tenant_id, id)
);
create index on identity.users (account_id);
create index on identity.users (tenant_id, organization_id);
alter table identity.users enable row level security, force row level security;
create policy read on identity.users for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('known')) or id in (select unnest(identity.sees('known'))))
  );
create policy make on identity.users for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.manages()));
-- Roles and membership are the administrator's; what a person may change of
-- themselves goes through identity.change_profile() (0003), so that nobody can
-- make themselves an administrator by updating their own row.
create policy change on identity.users for update
  using (tenant_id = (select identity.tenant()) and (select identity.manages()));
grant select, insert on identity.users to milepost_app;
grant update (email, full_name, lms_user_id, organization_id, role, updated_at, last_login,
  disabled_at) on identity.users to milepost_app;

create table identity.memberships (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  organization_id uuid not null,
  role text not null default 'member' check (role in ('owner', 'member', 'viewer')),
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, organization_id) references identity.organizations (tenant_id, id)
    on delete cascade
);
create unique index memberships_current on identity.memberships
  (tenant_id, subject_id, organization_id) where ended_at is null;
create index on identity.memberships (tenant_id, subject_id);
create index on identity.memberships (tenant_id, organization_id);
alter table identity.memberships enable row level security, force row level security;
create policy read on identity.memberships for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
create policy make on identity.memberships for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.manages()));
create policy change on identity.memberships for update
  using (tenant_id = (select identity.tenant()) and (select identity.manages()));
grant select, insert, update on identity.memberships to milepost_app;

-- The one table behind coaches, guardians, teachers, sponsors and investors.
create table identity.grants (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  audience_id uuid not null,
  level text not null check (level in ('basic', 'detailed', 'full')),
  capacity text not null
    check (capacity in ('coach', 'guardian', 'teacher', 'investor', 'sponsor')),
  state text not null check (state in ('pending', 'active', 'ended', 'declined')),
  starts_at timestamptz not null,
  ends_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  check (subject_id <> audience_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, audience_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create unique index grants_standing on identity.grants
  (tenant_id, subject_id, audience_id, capacity) where state in ('pending', 'active');
create index on identity.grants (tenant_id, subject_id);
create index on identity.grants (tenant_id, audience_id);
alter table identity.grants enable row level security, force row level security;
create policy read on identity.grants for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('basic'))
      or subject_id in (select unnest(identity.writes()))
      or audience_id in (select unnest(identity.writes()))
    )
  );
-- Only the subject's side makes a grant that holds; anybody else may ask.
create policy make on identity.grants for insert
  with check (
    tenant_id = (select identity.tenant())
    and (
      subject_id in (select unnest(identity.writes()))
      or (state = 'pending' and audience_id in (select unnest(identity.writes())))
    )
  );
-- The audience can only step back: what it writes must end the grant.
create policy change on identity.grants for update
  using (
    tenant_id = (select identity.tenant())
    and (
      subject_id in (select unnest(identity.writes()))
      or audience_id in (select unnest(identity.writes()))
    )
  )
  with check (
    tenant_id = (select identity.tenant())
    and (
      subject_id in (select unnest(identity.writes()))
      or (state in ('ended', 'declined') and audience_id in (select unnest(identity.writes())))
    )
  );
grant select, insert on identity.grants to milepost_app;
grant update (level, state, ends_at, updated_at) on identity.grants to milepost_app;

-- What an audience read, where the subject can see it: one row a day and kind.
create table identity.reads (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  reader_id uuid not null,
  what text not null,
  read_on date not null,
  times integer not null default 1,
  last_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, subject_id, reader_id, what, read_on),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, reader_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.reads (tenant_id, reader_id);
alter table identity.reads enable row level security, force row level security;
create policy read on identity.reads for select
  using (
    tenant_id = (select identity.tenant())
    and (
      subject_id in (select unnest(identity.writes()))
      or reader_id = (select identity.actor())
    )
  );
create policy make on identity.reads for insert
  with check (
    tenant_id = (select identity.tenant())
    and reader_id = (select identity.actor())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
create policy change on identity.reads for update
  using (tenant_id = (select identity.tenant()) and reader_id = (select identity.actor()));
grant select, insert on identity.reads to milepost_app;
grant update (times, last_at) on identity.reads to milepost_app;

create table identity.sessions (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  token_hash bytea not null,
  kind text not null check (kind in ('cookie', 'bearer')),
  user_agent text not null default '',
  address text not null default '',
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.sessions (tenant_id, subject_id);
alter table identity.sessions enable row level security, force row level security;
create policy read on identity.sessions for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
create policy make on identity.sessions for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
create policy change on identity.sessions for update
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
create policy remove on identity.sessions for delete
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert, delete on identity.sessions to milepost_app;
grant update (last_seen_at, revoked_at) on identity.sessions to milepost_app;

create table identity.api_keys (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  name text not null check (name <> ''),
  hint text not null,
  token_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.api_keys (tenant_id, subject_id);
alter table identity.api_keys enable row level security, force row level security;
create policy read on identity.api_keys for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
create policy make on identity.api_keys for insert
  with check (tenant_id = (select identity.tenant()) and subject_id = (select identity.actor()));
create policy change on identity.api_keys for update
  using (tenant_id = (select identity.tenant()) and subject_id = (select identity.actor()));
grant select, insert on identity.api_keys to milepost_app;
grant update (revoked_at) on identity.api_keys to milepost_app;

-- A link sent by mail: to set a new password, or to join.
create table identity.mail_links (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  kind text not null check (kind in ('reset', 'invitation')),
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.mail_links (tenant_id, subject_id);
alter table identity.mail_links enable row level security, force row level security;
create policy read on identity.mail_links for select
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
create policy make on identity.mail_links for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
create policy change on identity.mail_links for update
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert on identity.mail_links to milepost_app;
grant update (used_at) on identity.mail_links to milepost_app;

-- A provider's name for a person (OpenID Connect issuer and sub).
create table identity.external_identities (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  issuer text not null,
  external_subject text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, issuer, external_subject),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.external_identities (tenant_id, subject_id);
alter table identity.external_identities enable row level security, force row level security;
create policy read on identity.external_identities for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
create policy make on identity.external_identities for insert
  with check (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert on identity.external_identities to milepost_app;

-- Wrong passwords, by a keyed hash of the account's address or the caller's:
-- neither can be read back. Rows older than the window are swept by a job.
create table identity.sign_in_failures (
  id uuid primary key default uuidv7(),
  key_hash bytea not null,
  failed_at timestamptz not null
);
create index on identity.sign_in_failures (key_hash, failed_at);
create index on identity.sign_in_failures (failed_at);
alter table identity.sign_in_failures enable row level security, force row level security;
create policy read on identity.sign_in_failures for select
  using ((select identity.sees_all('full')));
create policy make on identity.sign_in_failures for insert
  with check ((select identity.sees_all('full')));
create policy remove on identity.sign_in_failures for delete
  using ((select identity.sees_all('full')));
grant select, insert, delete on identity.sign_in_failures to milepost_app;

-- What a caller was answered to an Idempotency-Key, so that a repeat is told the same, to
-- the letter: json keeps the order that jsonb would lose.
create table identity.replies (
  tenant_id uuid not null,
  subject_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  body json,
  created_at timestamptz not null,
  primary key (tenant_id, subject_id, key),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
create index on identity.replies (tenant_id, created_at);
alter table identity.replies enable row level security, force row level security;
create policy read on identity.replies for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id = (select identity.actor()))
  );
create policy make on identity.replies for insert
  with check (tenant_id = (select identity.tenant()) and subject_id = (select identity.actor()));
create policy change on identity.replies for update
  using (tenant_id = (select identity.tenant()) and subject_id = (select identity.actor()));
create policy remove on identity.replies for delete
  using (tenant_id = (select identity.tenant()) and (select identity.sees_all('full')));
grant select, insert, delete on identity.replies to milepost_app;
grant update (status, body) on identity.replies to milepost_app;
