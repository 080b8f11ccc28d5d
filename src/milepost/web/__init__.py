"""Pages: Jinja templates made better by htmx and small ES modules, by persona."""

from milepost.web.errors import render_page as render_problem
from milepost.web.router import install

__all__ = ["install", "render_problem"]
