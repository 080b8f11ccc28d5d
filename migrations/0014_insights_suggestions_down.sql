drop table insights.suggestions;
drop table insights.suggestion_runs;
drop schema insights;
