"""One page: what follows what, what agents may use, what happens periodically, who judges at the doors."""

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "seconder.wiring"
    label = "wiring"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("events", "jobs", "personal_data")
        _wakers()
        _lanes()
        _tools()
        _doors()


def _wakers() -> None:
    from seconder.engine import bind_waker
    from seconder.runs.waking import wake_run

    bind_waker("run", wake_run)


def _lanes() -> None:
    from seconder.engine import lanes
    from seconder.events.lane import sealing_lane
    from seconder.runs.lane import runs_lane
    from seconder.verification.lane import timers_lane

    lanes[:] = [runs_lane, timers_lane, sealing_lane]


def _tools() -> None:
    from seconder.agents import tools
    from seconder.agents.tools import email

    for tool in (email.TOOL,):
        tools.offer(tool)


def _doors() -> None:
    from seconder.accounts.gate import judge
    from seconder.core.doors import bind_judge

    bind_judge(judge)
