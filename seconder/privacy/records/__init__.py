"""The records of processing (Art. 30): made from the registry, as a page with a picture, and for other programs.

Face: `activities(registry)`, what is done with which data, for what, and who receives them.
"""

from seconder.privacy.records.activities import Activity, Kind, activities

__all__ = ["Activity", "Kind", "activities"]
