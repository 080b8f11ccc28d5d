revoke delete on journeys.steps from milepost_app;
drop policy remove on journeys.steps;

revoke delete on journeys.plan_steps from milepost_app;
drop policy remove on journeys.plan_steps;
