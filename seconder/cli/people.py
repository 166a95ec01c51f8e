from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from seconder.cli.installation import opened
from seconder.cli.terminal import Json, checked, noun, show, show_all

if TYPE_CHECKING:
    from seconder.accounts.models import Membership, Person

LONGEST = 200  # characters of a reason
app = noun("Make and list people, and sign-in links for them.")

Email = Annotated[str, typer.Argument(help="Their e-mail address.")]
Name = Annotated[str, typer.Option(help="Their name.")]
Slug = Annotated[str, typer.Option(help="The organization's slug.")]
OneSlug = Annotated[str, typer.Option("--organization", help="Only of this organization, by its slug.")]
Role = Annotated[
    str,
    typer.Option(help="owner, admin, builder, reviewer, member, viewer, guest, or an own one."),
]
Because = Annotated[
    str,
    typer.Option(help="What for, with the number of the request; the person reads it under What happened."),
]
Teams = Annotated[
    list[str] | None, typer.Option("--team", help="A team of theirs, made if it is new; repeat for more.")
]


@app.command()
def create(
    email: Email,
    name: Name,
    organization: Slug,
    role: Role,
    teams: Teams = None,
    as_json: Json = False,
) -> None:
    """Make a person, or add one who exists to one more organization."""
    with opened():
        from django.core.validators import validate_email, validate_slug
        from django_scopes import scope

        from seconder.accounts.people.joining import role_names
        from seconder.cli import admission

        checked(validate_email, email, "EMAIL")
        for team in teams or []:
            checked(validate_slug, team, "--team")
        home = admission.found(organization)
        with scope(organization=home.pk):
            if role not in (roles := role_names()):
                raise typer.BadParameter(f"{role} is not a role; choose one of {', '.join(roles)}.")
        show(_row(admission.admit(home, email, name, role, teams or [])), as_json=as_json)


@app.command("list")
def list_all(organization: OneSlug = "", as_json: Json = False) -> None:
    """List who belongs to which organization."""
    with opened():
        from django_scopes import scopes_disabled

        from seconder.accounts.models import Membership
        from seconder.cli import admission

        with scopes_disabled():
            found = Membership.objects.select_related(
                "person", "organization", "custom_role"
            ).prefetch_related("teams")
            if organization:
                found = found.filter(organization=admission.found(organization))
            rows = [_row(membership) for membership in found.order_by("organization__slug", "person__email")]
        show_all(rows, as_json=as_json, none="Nobody yet: seconder people create --help")


@app.command()
def sign_in_link(email: Email, because: Because = "", as_json: Json = False) -> None:
    """Make a link that signs this person in, once, within 24 hours. Give it to nobody else; they see it was made."""
    with opened():
        from seconder.accounts import security
        from seconder.cli import admission

        person = admission.known(email)
        security.observe("link.made", person=person, why=because[:LONGEST].strip() or "no reason was given")
        url = sign_in_url(person)
        show({"email": email, "url": url}, as_json=True) if as_json else print(url)


def sign_in_url(person: Person) -> str:
    """A new sign-in link for the person, at this installation's address."""
    from django.conf import settings

    from seconder.accounts.gate import SIGN_IN
    from seconder.accounts.models import SignInLink

    return f"{settings.BASE_URL}{SIGN_IN}{SignInLink.create(person)}/"


def _row(membership: Membership) -> dict[str, object]:
    from django_scopes import scopes_disabled

    with scopes_disabled():
        teams = sorted(team.name for team in membership.teams.all())
    return {
        "id": str(membership.person.pk),
        "email": membership.person.email,
        "name": membership.person.name,
        "organization": membership.organization.slug,
        "role": membership.role_name,
        "teams": teams,
    }
