"""Runs: rows that are claimed, advanced and parked; steps, effects, and what survives a kill -9.

Face: `Run.start(agent, actor, input)`, `run.cancel(actor)`, `run.retry(actor)`, `run.fork(actor, from_step)`,
`advance(…)`. How a run goes on is read in this order: `claiming`, `advancing`, `acts/`, `ledger`.
"""
