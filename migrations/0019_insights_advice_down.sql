alter policy read on insights.suggestion_runs
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
alter policy read on insights.suggestions
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.sees('full'))))
  );
