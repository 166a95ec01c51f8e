"""Procrastinate's tables are declared here, because this package owns it. Jobs carry ids only."""

from seconder.core.vocabulary import declare

declare(
    "procrastinate.ProcrastinateJob",
    impersonal="id queue_name task_name priority lock queueing_lock args status scheduled_at attempts "
    "abort_requested worker",
)
declare("procrastinate.ProcrastinateEvent", impersonal="id job type at")
declare("procrastinate.ProcrastinateWorker", impersonal="id last_heartbeat")
declare("procrastinate.ProcrastinatePeriodicDefer", impersonal="id task_name defer_timestamp job periodic_id")
