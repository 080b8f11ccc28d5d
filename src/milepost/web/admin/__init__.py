"""Pages of an administrator: the people of the tenant."""
