"""Statements on the schema `standups`."""
