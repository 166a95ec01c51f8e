"""Every door with everybody who may knock: the rule itself, the page, the API, the command line and the link of a mail
say the same."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from django.test import Client
from django_scopes import scope

from seconder import cli
from seconder.accounts.actor import Actor
from seconder.accounts.holding import holder
from seconder.accounts.models import Membership
from seconder.accounts.people import changing
from seconder.core.refusals import NotAllowed, NotFound
from seconder.testing import enter, make_cast, serving
from seconder.verification import links
from seconder.verification.models import Review
from seconder.verification.tests.conftest import ORDER, Desk
from seconder.verification.tests.test_delegating import give

pytestmark = pytest.mark.django_db(transaction=True)
DECIDES, MAY_NOT, NOTHING = "decides", "may not decide", "finds nothing"
# Nobody learns more by one door than by another: without a key or a session one finds as little as a stranger does.
STATUSES = {201: DECIDES, 303: DECIDES, 403: MAY_NOT, 404: NOTHING, 401: NOTHING, 302: NOTHING}
OF_LINKS = {303: DECIDES, 403: MAY_NOT, 410: NOTHING}
EVERYBODY = {
    "approver": DECIDES,
    "other member": NOTHING,
    "requester": MAY_NOT,
    "former member": NOTHING,
    "delegate": DECIDES,
    "who delegated": NOTHING,
    "outsider": NOTHING,
    "service key": MAY_NOT,
    "agent": NOTHING,
}
NAMES = {
    "approver": "bob",
    "other member": "erin",
    "requester": "dana",
    "former member": "frank",
    "delegate": "cfo",
    "who delegated": "finance",
    "outsider": "charlie",
}


class Hall:
    """Knocks at every door of a review that Bob, Frank and whoever Finance gave their place to are asked in."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.url = desk, url
        desk.cast.add("erin", "reviewer")
        desk.cast.add("frank", "reviewer")
        self.pages = {name: enter(Client(), desk.cast.people[name]) for name in NAMES.values()}
        self.keys = {who: desk.cast.key(name) for who, name in NAMES.items()}
        self.keys["service key"] = desk.cast.key("bob", is_service=True)
        self.is_left = False

    def ask(self) -> Review:
        item = {"path": "steps.read.output", "label": "Read", "value": ORDER, "made_by": "builtin"}
        asked = ["bob", "finance", *([] if self.is_left else ["frank"])]
        review = self.desk.ask(*asked, items=[item], wake="", risk="low")
        give(self.desk, review, "finance", "cfo")
        if not self.is_left:
            cast, self.is_left = self.desk.cast, True
            with scope(organization=cast.demo.pk):
                seat = Membership.objects.select_related("person", "custom_role").get(person=cast.frank)
                changing.suspend(cast.actor("alice"), seat)
        return self.desk.look(review)

    def rule(self, who: str, review: Review) -> str:
        """`Review.decide`, as whoever the doors would take this for."""
        actor = self._actor(who)
        if actor is None:
            return NOTHING
        with scope(organization=actor.organization.pk):
            try:
                review.decide(actor, "approve", digest=review.digest)
            except NotFound:
                return NOTHING
            except NotAllowed:
                return MAY_NOT
        return DECIDES

    def _actor(self, who: str) -> Actor | None:
        if who == "service key":
            return holder(self.keys[who])
        name = NAMES.get(who)
        cast = self.desk.cast
        return Actor.of_person(cast.people[name], cast.organization_of(name), "web") if name else None

    def page(self, who: str, review: Review) -> str:
        """The page that a mail leads to as well. It knows no keys: a service key is nobody there."""
        client = self.pages[NAMES[who]] if who in NAMES else Client()
        answer = client.post(
            f"/demo/reviews/{review.pk}/decisions/", {"verdict": "approve", "digest": review.digest}
        )
        return STATUSES[answer.status_code]

    def api(self, who: str, review: Review) -> str:
        key = self.keys.get(who)
        answer = httpx.post(
            f"{self.url}/api/v1/reviews/{review.pk}/decisions",
            json={"verdict": "approve", "digest": review.digest},
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=False,
        )
        return STATUSES[answer.status_code]

    def link(self, who: str, review: Review) -> str:
        """Of a mail to this person, whether or not they were ever sent one, in nobody's browser. Without a person there
        is no link: a service key or an agent could only guess one."""
        person = self.desk.cast.people[NAMES[who]] if who in NAMES else None
        address = links.address(review, person) if person else "/answer/guessed/"
        answer = Client().post(address, {"verdict": "approve", "digest": review.digest})
        return OF_LINKS[answer.status_code]

    def command(self, who: str, review: Review) -> str:
        code, _, said = typed(self.url, self.keys.get(who, ""), "approve", str(review.pk))
        if code == 0:
            return DECIDES
        is_nothing = re.search(r"no such review|unknown, expired or revoked|No key is set", said)
        return NOTHING if is_nothing else MAY_NOT


def typed(url: str, key: str, *words: str) -> tuple[int, str, str]:
    """`seconder reviews …`: the exit code, what was printed, and what was said on stderr."""
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(io.StringIO()) as printed,
        contextlib.redirect_stderr(io.StringIO()) as said,
    ):
        patch.setenv("SECONDER_URL", url)
        patch.setenv("SECONDER_API_KEY", key)
        code = cli.run("reviews", list(words))
    return code, printed.getvalue(), said.getvalue()


@pytest.fixture
def hall() -> Iterator[Hall]:
    with serving() as url:
        yield Hall(Desk(make_cast(), []), url)


def test_every_door_says_the_same_to_everybody(hall: Hall) -> None:
    doors: dict[str, Callable[[str, Review], str]] = {
        "rule": hall.rule,
        "page": hall.page,
        "api": hall.api,
        "command line": hall.command,
        "link": hall.link,
    }
    print(f"{'who':15}{''.join(f'{door:16}' for door in doors)}")
    wrong = []
    for who, expected in EVERYBODY.items():
        said = {}
        for door, knock in doors.items():
            if who == "service key" and door in ("page", "link"):
                assert knock(who, hall.ask()) == NOTHING
                said[door] = "takes no keys"
                continue
            review = hall.ask()
            said[door] = knock(who, review)
            decided = hall.desk.look(review).status == "decided"
            if said[door] != expected or decided != (expected == DECIDES):
                wrong.append((who, door, said[door], expected, decided))
        print(f"{who:15}{''.join(f'{word:16}' for word in said.values())}")
    assert not wrong


def test_the_terminal_says_the_rule_in_the_words_of_the_page(hall: Hall) -> None:
    each = {"per_team": {"finance": 1, "legal": 1}}
    review = hall.desk.ask("bob", "cfo", approve=each, reject=each, wake="", items=[], schemas={})
    _, printed, _ = typed(hall.url, hall.keys["approver"], "show", str(review.pk))
    said = "1 of finance and 1 of legal must approve; rejections by 1 of finance and 1 of legal stop it"
    assert f"asked      Bob, Cfo · {said}" in printed
    assert said in hall.pages["bob"].get(f"/demo/reviews/{review.pk}/").content.decode()
