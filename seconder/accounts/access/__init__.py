"""Who can see one thing, who may do what to it, and why: one page for every kind of thing, by the one judge."""

from seconder.accounts.access.page import access_page
from seconder.accounts.access.rows import Sight

__all__ = ["Sight", "access_page"]
