"""The table of settings as a page: docs/reference/settings.md."""

from seconder.core.environment import PREFIX, VARIABLES


def table() -> str:
    """The reference page, in Markdown."""
    rows = "\n".join(
        f"| `{PREFIX}{v.name}` | {v.default_in_words or f'`{v.default}`'} | {v.meaning} |" for v in VARIABLES
    )
    return _PAGE.format(rows=rows)


_PAGE = """# Settings

Seconder is set up by its environment and by nothing else. Each variable may also be given as the path of a
file that holds its value, under its name with `_FILE` added (for Docker and Kubernetes secrets).
A variable that begins with `SECONDER_` and is not in this table, or a value that cannot be right, stops the
start with its name.

| variable | default | meaning |
| --- | --- | --- |
{rows}

Besides these, the model providers' usual key variables (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`,
`GOOGLE_API_KEY`) are read, and of OpenTelemetry's `OTEL_EXPORTER_OTLP_ENDPOINT` (nothing is sent without it),
`OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_SERVICE_NAME`.

This page is printed by `seconder settings`.
"""
