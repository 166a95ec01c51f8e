"""People, organizations, memberships, teams, API keys and sign-in links; and the judge of who may do what.

Face: `Person`, `Organization`, `Membership`, `Team`, `ApiKey`, `Actor`, `can(actor, verb)`, and querysets
with `visible_to(actor)` in every app above.
"""
