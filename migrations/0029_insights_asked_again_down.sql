revoke update (asked_at) on insights.suggestion_runs from milepost_app;
