"""An organization as a middling company has it, made through the Python face: people, agents and what they did.

    python -m benchmarks.office fill --people 200 --agents 100 --runs 2000 --reviews 500
    python -m benchmarks.office decide --share 0.5
    python -m benchmarks.office links

Each prints one line `answer {…}` when it is done: `links` those by which some of the people sign in.
"""

# ruff: noqa: E402  Django is set up before any of our models can be imported

import argparse
import json
import os
import random
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")

import django

django.setup()

from django_scopes import scope, scopes_disabled

from seconder.accounts.actor import Actor
from seconder.accounts.enrolling import enrol
from seconder.accounts.models import Membership, Organization, Person, SignInLink, Team, TeamMember
from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.runs.models import Run
from seconder.verification.models import Review

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "purchase-order-processor.yaml"
# Whom the example names, and who looks at the pages.
CAST = {"alice": "owner", "dana": "builder", "finance": "reviewer", "bob": "reviewer", "cfo": "reviewer"}
ROLES = ["builder"] * 2 + ["member"] * 5 + ["reviewer"] * 2 + ["viewer"]
VENDORS = [
    "Acme Tools",
    "Brightwater Office Supply Ltd.",
    "Harrow & Lind B.V.",
    "Möbel Zürich AG",
    "Norda Oy",
]
ORDER = """Dear colleagues,

please find our order below; we need it by the end of next month, as agreed on the phone.

Vendor: {vendor}
Vendor e-mail: orders-{number}@vendor.example
Purchase order: PO-{number}
Delivery by: 27 March 2026
Total due: ${total:,.2f}

Kind regards
{vendor}
"""


def join(home: Organization, name: str, role: str) -> Person:
    person = enrol(f"{name}@example.com", name.replace("-", " ").title())
    seat = Membership.objects.create(organization=home, person=person, role=role)
    if role == "reviewer":
        team, _ = Team.objects.get_or_create(organization=home, name="finance")
        if team.members.count() < 12:
            TeamMember.objects.create(team=team, membership=seat)
    return person


def acting(person: Person, home: Organization) -> Actor:
    actor = Actor.of_person(person, home)
    assert actor is not None
    return actor


def fill(people: int, agents: int, runs: int, reviews: int) -> dict[str, int]:
    """Runs are started only; a worker has to do them."""
    chance = random.Random(1)
    home = Organization.objects.create(slug="bench", name="Bench")
    with scope(organization=home.pk):
        cast = {name: join(home, name, role) for name, role in CAST.items()}
        staff = [join(home, f"colleague-{n}", chance.choice(ROLES)) for n in range(people - len(cast))]
        actors = [acting(person, home) for person in [*cast.values(), *staff]]
        builders = [actor for actor in actors if actor.role == "builder"]
        starters = [actor for actor in actors if "runs.start" in actor.verbs]
        published = [published_as(number, chance.choice(builders)) for number in range(agents)]
        for number in range(runs):
            is_large = number % (runs // reviews) == 0
            total = chance.randrange(10_001, 90_000) if is_large else chance.randrange(20, 9_999)
            text = ORDER.format(vendor=chance.choice(VENDORS), number=20_000 + number, total=total)
            # A fifth is Dana's, so that her pages are as full as those of somebody who works with it all day.
            who = acting(cast["dana"], home) if number % 5 == 0 else chance.choice(starters)
            Run.start(chance.choice(published), who, {"text": text})
    return {"started": runs}


def links() -> dict[str, str]:
    people = Person.objects.filter(email__in=[f"{name}@example.com" for name in ("alice", "dana", "finance")])
    return {person.email.partition("@")[0]: SignInLink.create(person) for person in people}


def published_as(number: int, by: Actor) -> Agent:
    """One more of the example, under another name."""
    text = EXAMPLE.read_text().replace(
        "id: purchase-order-processor", f"id: purchase-order-processor-{number}"
    )
    text = text.replace("name: Purchase order processor", f"name: Purchase orders of region {number}")
    return publish(by, text.encode()).agent


def decide(share: float) -> dict[str, int]:
    """Finance approves that part of what is open."""
    with scopes_disabled():
        home = Organization.objects.get(slug="bench")
        finance = Person.objects.get(email="finance@example.com")
    with scope(organization=home.pk):
        actor, open_ones = acting(finance, home), list(Review.objects.filter(status="open").order_by("id"))
        mine = [review for review in open_ones if actor.person.pk != review.requester_id]
        for review in mine[: round(len(open_ones) * share)]:
            review.decide(actor, "approve", digest=review.digest, note="Within budget.")
    return {"decided": round(len(open_ones) * share)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fill", "decide", "links"))
    for name, count in (("people", 200), ("agents", 100), ("runs", 2000), ("reviews", 500)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--share", type=float, default=0.5)
    given = vars(parser.parse_args())
    share, what = given.pop("share"), given.pop("what")
    done = fill(**given) if what == "fill" else decide(share) if what == "decide" else links()
    print("answer", json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
