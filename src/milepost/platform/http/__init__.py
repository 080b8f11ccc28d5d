"""HTTP as every context uses it: problems, strict JSON, pages, middleware, health, the server."""
