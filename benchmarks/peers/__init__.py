"""How each system is driven: one adapter per peer, all with the face of `Peer`."""

from abc import ABC, abstractmethod

from benchmarks.processes import Process


class Peer(ABC):
    """A system that can run the approval pipeline durably on PostgreSQL.

    Runs are named by order numbers. `start` and `decide` go through the system's own way in, the way an
    application would use it. The three queries read how far runs have come from what is stored, never from
    what a worker says: `waiting` and `finished` count runs, `finished_one` takes `key(number)`.
    """

    name = ""
    database = ""
    waiting = ""
    finished = ""
    finished_one = ""
    runs_that_resume_alone = True  # whether a restarted worker goes on by itself

    def install(self) -> None:  # noqa: B027  some have nothing to do here, as below
        """Whatever must be on disk before anything is timed."""

    @abstractmethod
    def create(self) -> None:
        """An empty database with the system's tables."""

    @abstractmethod
    def worker(self) -> Process:
        """Start one worker; it prints a line with "ready" when it can take work."""

    @abstractmethod
    def start(self, numbers: list[int]) -> None:
        """Start a run for each order."""

    def open_cards(self, numbers: list[int]) -> None:  # noqa: B027
        """Whatever a person has seen before deciding; not timed."""

    @abstractmethod
    def decide(self, numbers: list[int]) -> None:
        """Approve these waiting runs."""

    def key(self, number: int) -> object:
        """What `finished_one` knows the run of this order by."""
        return f"po-{number}"

    def driver_cpu(self) -> float:
        """CPU seconds so far of a driver process of the peer's own, when it has one."""
        return 0.0

    def close(self) -> None:  # noqa: B027
        """Let go of the database, so that it can be dropped."""

    def ready(self, workers: list[Process]) -> None:
        for worker in workers:
            worker.said("ready")
