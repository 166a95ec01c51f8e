"""Django's PostgreSQL, whose every read through a model is asked for its purpose first (`core.reading`)."""
