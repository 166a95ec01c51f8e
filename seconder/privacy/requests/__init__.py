"""Requests of people about their own data: asked for with a proof, answered by whoever decides, in the time of the
law."""
