"""Sums that other providers counted, taken in as they are: with where they come from, and refused where a column is
about persons. Nothing here leads to an account.
"""
