"""One function, one statement, by noun: walks, submissions, fields, progress, reviews."""
