drop table platform.ai_usage;
