drop view journeys.shown_outcomes;
drop view journeys.shown_tasks;
drop view journeys.shown_plan_steps;
drop view journeys.shown_journeys;
