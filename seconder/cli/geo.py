from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Failed, Json, noun, show

app = noun("Say where networks are: countries and regions, and nothing finer.")

File = Annotated[Path, typer.Argument(help="An MMDB file, or CSV with start,end,country[,region].")]
Said = Annotated[str, typer.Option(help="What the data set's licence asks to be said, on one line.")]


@app.command("import")
def take(file: File, attribution: Said = "", as_json: Json = False) -> None:
    """Take a data set in place of the one before. What is finer than a region is not stored."""
    with opened(database=False):
        from seconder.core.geography import importing, table

        try:
            made = importing.cut(file, attribution)
        except OSError as failure:
            raise Failed(f"{file} cannot be read: {failure.strerror}.") from failure
        table.write(made)
        show(_facts(made), as_json=as_json)


@app.command("show")
def tell(as_json: Json = False) -> None:
    """Say what is known of the data set in use."""
    with opened(database=False):
        from seconder.core.geography import table

        made = table.current()
        if made is None:
            raise Failed("There is none: countries are unknown. Take one with `seconder geo import FILE`.")
        show(_facts(made), as_json=as_json)


def _facts(table: object) -> dict[str, object]:
    from seconder.core.geography.table import Table

    assert isinstance(table, Table)
    return {
        "countries": len({code[:2] for code in table.codes if code}),
        "regions": sum(len(code) > 2 for code in table.codes),
        "ranges_ipv4": len(table.v4),
        "ranges_ipv6": len(table.v6),
        "attribution": table.attribution,
        "imported_at": table.imported_at,
    }
