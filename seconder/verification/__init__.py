"""The human decision: reviews, who decides them, by what rule, until when, and what was decided.

Face: `Review.request(asked, …)`, `review.decide(actor, verdict, …)`, `Review.fire_timers()`. A review knows no
run: it holds plain ids and an opaque address that is woken when it closes.
"""
