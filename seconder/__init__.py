"""Seconder: agents prepare, people with names approve. The version is the one in CHANGELOG.md."""

__version__ = "0.1.0"
