"""What any product would need: database, errors, clock, jobs, events, mail, HTTP.

Knows no product noun: nothing here says journey, tool or guru.
"""
