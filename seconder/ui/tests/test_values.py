from __future__ import annotations

from seconder.core.json import JSON
from seconder.ui.values import COLUMNS, show


def test_like_records_are_a_table_and_many_that_share_nothing_a_list() -> None:
    """A table of these would have a million cells."""
    alike: list[JSON] = [{"name": "Ada", "total": number} for number in range(20)]
    assert show(alike).kind == "table"
    scattered: list[JSON] = [{f"k{number}": number} for number in range(COLUMNS + 1)]
    assert show(scattered).kind == "list"
    many: list[JSON] = [{f"k{number}": number} for number in range(1000)]
    whole = show(many).items[1]
    assert whole.kind == "list"
    assert len(whole.items) == 1000
