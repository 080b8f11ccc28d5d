"""The engine: a subject's walk through one version of a program.

Owns the schema `journeys` (journeys, facts, steps, submissions, field_outputs, reviews,
tools, unsent_forms), the schemas of the tools (each a partition of submissions and of
field_outputs), and the views of the schema `shared`.

Emits: StepStarted, StepSubmitted, StepCompleted, StepSkipped, StepUnlocked, ReviewWritten.
"""
