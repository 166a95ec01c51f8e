"""Append-only record of what happened, chained per organization; and the seam by which others hear of it.

Face: `record(name, subject, by, **facts)` inside the caller's transaction; `Event.objects.about(subject)`;
`verify(lines)`. Who reacts to an event stands in `wiring.py`.
"""
