"""Errors, grouped: caught from the log of every process, kept without a word of what they were about.

`sink` hears them; `keeping` writes them with the next flush; a page for the operator shows them.
"""
