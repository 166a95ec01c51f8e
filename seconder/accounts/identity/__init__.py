"""Proving who one is: sign-up, passwords, codes, links, second factors, passkeys, identity providers.

All of django-allauth is behind this folder: its hooks (`adapter`, `factors`, `providers`), its forms, its addresses.
"""
