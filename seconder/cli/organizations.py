from __future__ import annotations

from typing import Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, checked, noun, show, show_all

app = noun("Make and list organizations.")

Slug = Annotated[str, typer.Argument(help="Its name in addresses: small letters, digits and hyphens.")]
Name = Annotated[str, typer.Option(help="Its name for people.")]


@app.command()
def create(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Make an organization."""
    with opened():
        from seconder.accounts.organizations.naming import checked_slug
        from seconder.cli import admission

        checked(checked_slug, slug, "SLUG")
        organization = admission.make(slug, name)
        show(
            {"id": str(organization.pk), "slug": organization.slug, "name": organization.name},
            as_json=as_json,
        )


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the organizations."""
    with opened():
        from seconder.accounts.models import Organization

        rows = [
            {"id": str(o.pk), "slug": o.slug, "name": o.name} for o in Organization.objects.order_by("slug")
        ]
        show_all(rows, as_json=as_json, none="None yet: seconder organizations create SLUG --name NAME")
