"""Pages: Jinja templates made better by htmx and small ES modules, by persona."""
