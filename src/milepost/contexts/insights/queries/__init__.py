"""Statements of insights, each one function."""
