"""The only owner of Procrastinate and of LISTEN/NOTIFY: what runs later, who is woken, the worker process.

Face: `@job(name, purpose=…)` with `enqueue(name, …)`, `at(when, name, …)` and `every(cron, name)`, always inside the
caller's transaction; `notify(lane)`, `waking(address)` and `write(parts)`; `Lane`, the worker's own loops;
`worker.run()`.
"""

from seconder.engine.jobs import at, enqueue, every, job
from seconder.engine.wake import NET, Lane, bind_waker, lanes, notify, waking
from seconder.engine.writing import write

__all__ = ["NET", "Lane", "at", "bind_waker", "enqueue", "every", "job", "lanes", "notify", "waking", "write"]
