-- Suggestions that are asked for once more were asked for now: the time of the first asking would
-- let them be given up as lost while they are being made.
grant update (asked_at) on insights.suggestion_runs to milepost_app;
