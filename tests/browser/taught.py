"""Teaches an agent in an installation that runs, from a process of its own: `python -m tests.browser.taught`."""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")
    import django

    django.setup()
    from seconder.accounts.models import Organization, Person
    from seconder.runs.tests.lessons import Lessons
    from seconder.testing import Cast

    people = {person.email.partition("@")[0]: person for person in Person.objects.all()}
    demo = Organization.objects.get(slug="demo")
    lessons = Lessons(Cast(demo, demo, people))
    for number in range(4):
        by = "bob" if number % 2 else "finance"
        lessons.action("reject", by, to="sales@blocked.example", subject=f"Order {number}")
        lessons.result({"vendor": "Acme Ltd."}, vendor="ACME")
    lessons.action("approve", to="sales@blocked.example", subject="For once")
    assert len(lessons.notice()) == 2


if __name__ == "__main__":
    main()
