-- What the times were before was wrong: they stay.
comment on column journeys.steps.unlocked_at is null;
comment on column journeys.steps.completed_at is null;
