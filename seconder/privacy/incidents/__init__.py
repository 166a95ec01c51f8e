"""The register of incidents: what happened to people's data, the clock that runs from knowing it, who was told.

`register` holds the rules, `clock` the deadline, `drafts` the notices as text. Nothing is ever sent from here.
"""
