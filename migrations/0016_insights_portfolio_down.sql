drop index journeys.outcomes_newest;
drop index journeys.steps_completed;
drop table insights.portfolio_insights;
