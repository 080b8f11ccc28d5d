"""Makers of what tests work on: each call gives something new, complete and believable."""
