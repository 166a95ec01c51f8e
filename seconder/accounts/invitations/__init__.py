"""Inviting people by mail, one or ten thousand; what they are shown, and how they come in."""
