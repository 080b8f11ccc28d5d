-- Advice is the company's own: whom it shows what it wrote sees that, and not what it was advised.
alter policy read on insights.suggestion_runs
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
alter policy read on insights.suggestions
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
