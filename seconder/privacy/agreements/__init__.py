"""Agreements: recorded version by version by an owner, read by admins, asked by whoever uses people's data."""
