"""Tells open pages at once that something changed: PostgreSQL's notify, handed to whoever waits.

A notice says only *that* something about a topic changed. Whoever hears it reads anew, as
themselves: row-level security decides what they get to see. Notices are sent when the transaction
commits, and reach every server process.
"""

from milepost.platform.live.notices import CHANNEL, Notice, announce
from milepost.platform.live.switchboard import Line, Switchboard

__all__ = ["CHANNEL", "Line", "Notice", "Switchboard", "announce"]
