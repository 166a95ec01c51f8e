"""What becomes of people's data: what they are told and choose, what is held of them, who gets it, what they may ask;
and what an organization promised, and what became of it when something went wrong.

Face: `Consent.given(person, purpose)`; `Agreement.in_force(organization)`, the signed terms that hold today.
"""
