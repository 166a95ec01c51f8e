from __future__ import annotations

import platform
from urllib.parse import urlsplit, urlunsplit

import typer

from seconder import __version__
from seconder.cli.installation import opened
from seconder.cli.terminal import Json, program, show

app = program("Check this installation and say what is wrong.")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check this installation and say what is wrong. Exit code 1 when anything is."""
    with opened():
        import django
        from django.conf import settings

        from seconder.cli import checks

        found = list(checks.findings())
        is_well = all(finding.ok for finding in found)
        reached = any(finding.name == "database" and finding.ok for finding in found)
        versions = {
            "seconder": __version__,
            "python": platform.python_version(),
            "django": django.get_version(),
            "postgresql": checks.server_version() if reached else None,
        }
        url = _without_password(settings.DATABASE_URL)
        is_embedded = settings.EMBEDDED_DATABASE
    if as_json:
        listed = [finding._asdict() for finding in found]
        database = {"url": url, "embedded": is_embedded}
        show({"ok": is_well, "checks": listed, "versions": versions, "database": database}, as_json=True)
    else:
        for finding in found:
            state = "ok   " if finding.ok else "WRONG"
            print(f"{state}  {finding.name.replace('_', ' '):<12}  {finding.detail}")
        print("", *(f"{name} {version}" for name, version in versions.items()), sep="  ")
        print(f"   {url}")
    if not is_well:
        raise typer.Exit(1)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@", 1)))
