"""Milepost: guided journeys. See docs/tour.md for what lives where."""
