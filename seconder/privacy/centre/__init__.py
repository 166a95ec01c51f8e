"""A person's own page about their data: what is held, what it is used for, where it went, and what they can do."""
