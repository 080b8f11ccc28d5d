drop table journeys.outcome_notes;
drop table journeys.outcomes;
