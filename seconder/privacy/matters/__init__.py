"""Matters: data that is handed to others by hand, an adviser, an affiliate, a buyer, help in an emergency: to whom, for
what, until when, who agreed, and what was handed over. What authorities ask for has a register of its own."""
