"""The pages between companies and those who invest."""
