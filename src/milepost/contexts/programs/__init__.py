"""Programs: what the steps of a journey are, and what each one needs and gives.

A program is written as a folder of YAML files, checked, and published as an immutable version
that journeys pin. This context reads, checks, publishes, compares and hands out programs; it knows
nobody who walks them.

Owns the tables `programs.programs` and `programs.versions`. Emits no events.
"""
