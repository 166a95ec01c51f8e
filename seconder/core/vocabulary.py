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
KnownBy = Literal["id", "ids", "address", "address hash"]


@dataclass(frozen=True)
class Datum:
    """One kind of personal data in one column.

    `subject`: whose it is · `purpose`: a name from `core.purposes` · `keep`: the words of a rule in
    `core.retention` · `erase`: what erasure does with it · `source`: where it came from · `owner`: the lookup path
    from the model to what names the person whose it is ("person_id", "review__requester_id"; "id" on Person
    itself) · `known_by`: what stands there: the person's id, a list of ids, the address of somebody who may have no
    account, or its keyed hash · `no_owner`: why nothing leads to a person, where nothing does · `free_text`:
    somebody wrote it, so that it may hold anything.
    """

    category: str
    purpose: str
    subject: str = "person"
    source: Source = "provided"
    keep: str = "account + 30 d"
    erase: Erasure = "delete"
    owner: str = ""
    known_by: KnownBy = "id"
    no_owner: str = ""
    free_text: bool = False


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
