"""What people say yes or no to, and what their browsers say for them.

Face: `Consent.given(person, purpose)` for jobs; `standing.of(request)` for pages, which asks nothing of the database.
"""
