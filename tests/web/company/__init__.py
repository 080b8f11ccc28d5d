"""The pages of a company's journey."""
