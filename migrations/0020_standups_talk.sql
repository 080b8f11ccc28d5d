-- What is said in a standup stays among those who act for the company: whom it shows what it wrote
-- about its outcomes sees that, and not how its people talk.
alter policy read on standups.sessions
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
alter policy read on standups.messages
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
alter policy read on standups.actions
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
