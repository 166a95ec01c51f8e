"""Has a review of two stages opened in an installation that runs, and one that nobody answers; prints the address at
which Bob stops a letter: `python -m tests.browser.staged`, a process of its own."""

from __future__ import annotations

import json
import os

STAGES = [
    {"assign": {"people": ["bob@example.com"]}},
    {"assign": {"people": ["finance@example.com"]}},
]
REVIEWS: dict[str, dict[str, object]] = {
    "hiring": {"question": "May we hire this agency?", "rule": {"stages": STAGES}},
    "leasing": {"question": "May we lease this van?", "assign": {"people": ["cfo@example.com"]}},
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")
    import django

    django.setup()
    from django_scopes import scope

    from seconder.accounts.actor import Actor
    from seconder.accounts.models import Organization, Person
    from seconder.agents.publishing import publish
    from seconder.notifications.unsubscribing import address
    from seconder.runs.models import Run

    demo = Organization.objects.get(slug="demo")
    dana, bob = (Person.objects.get(email=f"{name}@example.com") for name in ("dana", "bob"))
    actor = Actor.of_person(dana, demo, "web")
    assert actor
    with scope(organization=demo.pk):
        for name, review in REVIEWS.items():
            file = {"version": 1, "kind": "agent", "id": name, "name": name.title()}
            raw = json.dumps({**file, "steps": [{"id": "yes", "review": review}]}).encode()
            Run.start(publish(actor, raw).agent, actor, {})
    print(address(bob, "run-failed"))


if __name__ == "__main__":
    main()
