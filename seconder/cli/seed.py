"""The demo organization that a first start makes, so that there is somebody to sign in as."""

from __future__ import annotations

from django.db import transaction

from seconder.accounts.actor import Actor
from seconder.accounts.models import Organization, Person
from seconder.cli import admission, examples
from seconder.cli.people import sign_in_url
from seconder.cli.terminal import tell

DEMO = "demo"
# (address, name, role, teams); Charlie is the outsider.
PEOPLE: list[tuple[str, str, str, list[str]]] = [
    ("alice@example.com", "Alice", "owner", ["legal"]),
    ("bob@example.com", "Bob", "reviewer", ["finance"]),
    ("dana@example.com", "Dana", "builder", []),
    ("finance@example.com", "Finance", "reviewer", ["finance"]),
    ("cfo@example.com", "CFO", "reviewer", ["legal"]),
]
OUTSIDER: tuple[str, str, str, list[str]] = ("charlie@example.com", "Charlie", "owner", [])


@transaction.atomic
def once() -> bool:
    """Makes the demo unless there is any organization; answers whether it did."""
    if Organization.objects.exists():
        return False
    demo = admission.make(DEMO, "Demo")
    for person in PEOPLE:
        admission.admit(demo, *person)
    admission.admit(admission.make("elsewhere", "Elsewhere"), *OUTSIDER)
    owner = Actor.of_person(admission.known(PEOPLE[0][0]), demo)
    assert owner is not None, "the owner was made a member just now"
    for line in examples.publish(owner):
        tell(f"seconder: {line}")
    return True


def sign_in_lines() -> list[str]:
    """A new sign-in link for each person of the demo, one a line; none where there is no demo."""
    emails = [email for email, *_ in [*PEOPLE, OUTSIDER]]
    people = {person.email: person for person in Person.objects.filter(email__in=emails, is_active=True)}
    width = max(map(len, emails))
    lines = [f"  {email:<{width}}  {sign_in_url(people[email])}" for email in emails if email in people]
    return ["", "Sign in as (each link works once, within 24 hours):", *lines] if lines else []
