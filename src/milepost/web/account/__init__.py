"""Pages of what is one's own: the account, and who sees what of it."""
