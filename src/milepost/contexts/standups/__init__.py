"""The standup bot: a person tells what was done, what is next and what blocks; it proposes.

It finds the steps and tasks that were meant, asks back when unsure, and does only what is
confirmed. Owns the schema `standups`: sessions, messages, sent, actions, lifted. Emits no events
of its own: what is confirmed happens in journeys, which says so. The corpus beside it says how well
it understands: `milepost eval standup`.
"""
