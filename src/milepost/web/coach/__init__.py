"""Pages of those who look after others: the team, a person, a review."""
