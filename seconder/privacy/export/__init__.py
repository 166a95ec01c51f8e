"""A copy of what is held of one person, for them to take away: `gathering` finds it, `archive` writes the file,
`making` does it as a job."""
