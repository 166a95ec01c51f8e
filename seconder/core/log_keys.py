"""The fields that a line of the log may have, declared with what each tells; any other is withheld (`logs`).

Where a field tells of a person, `category` says what of theirs, in fideslang's words. Texts of people are never
declared: the log holds ids, kinds and numbers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LogKey:
    name: str
    purpose: str
    category: str = ""


LOG_KEYS: dict[str, LogKey] = {}


def declare_log_keys(names: str, purpose: str = "service.operations", category: str = "") -> None:
    """`names` with blanks between. Raises ValueError for one that is declared already."""
    for name in names.split():
        if name in LOG_KEYS:
            raise ValueError(f"the log's field {name!r} is declared twice")
        LOG_KEYS[name] = LogKey(name, purpose, category)


# The line itself, and where it comes from.
declare_log_keys("event level logger timestamp pid port host process version release signal")
declare_log_keys("purpose tables place")
declare_log_keys("exception exc_info stack_info error code reason", "service.errors")
# What was asked for, and how it went.
declare_log_keys("path method status route seconds milliseconds request_id size")
declare_log_keys("attempt attempts count batch lane task task_name job waited seq kind outcome state name")
# Things of the product, by their ids or names.
declare_log_keys("agent agent_version run step effect review event_id organization team key_id")
declare_log_keys("provider model")
declare_log_keys("person", category="user.unique_id.pseudonymous")
declare_log_keys("address", "service.security", category="user.device.ip_address")
