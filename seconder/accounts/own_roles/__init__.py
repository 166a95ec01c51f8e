"""Roles that an organization makes for itself, of the verbs in `accounts.roles`; and the page that shows what each
may."""
