from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Failed, Json, noun, show, show_all

app = noun("Make, list and revoke API keys.")

Email = Annotated[str, typer.Option(help="Whose key: the person's e-mail address.")]
Slug = Annotated[str, typer.Option(help="The organization's slug.")]
Scopes = Annotated[
    str, typer.Option(help="Verbs with commas between, like runs.start,runs.read; absent: the role's.")
]
Name = Annotated[str, typer.Option(help="What it is for.")]
KeyId = Annotated[UUID, typer.Argument(metavar="ID", help="The key's id, from `keys list`.")]
Days = Annotated[int, typer.Option(min=1, max=365, help="How many days it lasts.")]
Service = Annotated[bool, typer.Option("--service", help="A key of a program: it never decides a review.")]


@app.command()
def create(
    person: Email,
    organization: Slug,
    scopes: Scopes = "",
    name: Name = "key",
    service: Service = False,
    days: Days = 365,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown now and never again."""
    with opened():
        from seconder.accounts.actor import seat_of
        from seconder.accounts.keys.making import make
        from seconder.cli import admission
        from seconder.events.by import By

        who, where = admission.known(person), admission.found(organization)
        if seat_of(who, where) is None:
            raise Failed(f"{person} is not in {organization}; `seconder people create` adds them.")
        key, secret = make(
            who,
            where,
            By("system", channel="cli"),
            name=name,
            scopes=_verbs(scopes),
            is_service=service,
            lasts=timedelta(days=days),
        )
        if as_json:
            show({"id": str(key.pk), "key": secret}, as_json=True)
        else:
            print(secret)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the keys, without what they are."""
    with opened():
        from django_scopes import scopes_disabled

        from seconder.accounts.models import ApiKey

        with scopes_disabled():
            rows: list[dict[str, object]] = [
                {
                    "id": str(key.pk),
                    "name": key.name,
                    "person": key.person.email,
                    "organization": key.organization.slug,
                    "service": key.is_service,
                    "standing": key.standing,
                    "scopes": key.scopes,
                    "expires_at": key.expires_at,
                    "last_used_at": key.last_used_at,
                    "revoked_at": key.revoked_at,
                }
                for key in ApiKey.objects.select_related("person", "organization").order_by("created_at")
            ]
        show_all(rows, as_json=as_json, none="No keys yet: seconder keys create --help")


@app.command()
def revoke(key_id: KeyId, as_json: Json = False) -> None:
    """Revoke a key: it stops working at once."""
    with opened():
        from django_scopes import scopes_disabled

        from seconder.accounts.models import ApiKey
        from seconder.events.by import By

        with scopes_disabled():
            key = ApiKey.objects.filter(pk=key_id).first()
            if key is None:
                raise Failed(f"There is no key {key_id}; `seconder keys list` shows those there are.")
            key.revoke(By("system", channel="cli"))
        show({"id": str(key.pk), "revoked_at": key.revoked_at}, as_json=as_json)


def _verbs(scopes: str) -> list[str] | None:
    from seconder.accounts.roles import VERBS

    verbs = [verb.strip() for verb in scopes.split(",") if verb.strip()]
    unknown = [verb for verb in verbs if verb not in VERBS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is not a scope; choose from {', '.join(sorted(VERBS))}.")
    return verbs or None
