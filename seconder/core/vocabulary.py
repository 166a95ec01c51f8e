"""The vocabulary in which each app declares, in its `personal_data.py`, what its columns hold.

Categories are fideslang keys (`user.contact.email`), or `x.…` where fideslang has no word. A column is
either a `Datum` or impersonal; there is no third way, and a column that is neither does not run
(`core.data_map`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["provided", "automatic", "third-party", "derived"]
Erasure = Literal["delete", "destroy key", "pseudonymise", "restrict"]


@dataclass(frozen=True)
class Datum:
    """One kind of personal data in one column.

    `subject`: whose it is · `purpose`: a name from `core.purposes` · `keep`: how long, in words and units ·
    `erase`: what erasure does with it · `source`: where it came from.
    """

    category: str
    purpose: str
    subject: str = "person"
    source: Source = "provided"
    keep: str = "account + 30 d"
    erase: Erasure = "delete"


DECLARED: dict[str, dict[str, Datum | None]] = {}


def declare(model: str, *, impersonal: str = "", **columns: Datum) -> None:
    """Declares every column of one table.

    `model` is `app.Model` (or a bare table name where no model exists); `impersonal` lists, separated by
    blanks, the columns that say nothing about a person; the rest are given as `column=Datum(…)`.
    Raises ValueError when a column is declared twice.
    """
    table = DECLARED.setdefault(model.lower(), {})
    for name, datum in [*((word, None) for word in impersonal.split()), *columns.items()]:
        if name in table:
            raise ValueError(f"{model}.{name} is declared twice")
        table[name] = datum
