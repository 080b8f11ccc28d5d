drop table journeys.unsent_forms;
