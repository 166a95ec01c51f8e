"""Somebody who does not exist, and what they do in every part of the product, through its pages and its API."""

from __future__ import annotations

import re
import secrets
import time
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from seconder.cli.sweep.site import PATIENCE, Site
from seconder.cli.terminal import Failed

if TYPE_CHECKING:
    import httpx

AGENT = "swept"
# datum → the categories (fideslang) that it may be found as.
MEANT = {
    "e-mail address": ("user.contact.email", "user.account.settings"),
    "name": ("user.name",),
    "username": ("user.account.username",),
    "password": (),
    "key": (),
    "invitation's message": ("user.content.private",),
    "agent's description": ("user.account.settings",),
    "run's input": ("user.content.private",),
    "decision's note": ("user.content.private",),
    "answer for a repeated call": ("user.content.private",),
}

# What stays by declaration, as the plan of the erasure says before, and why.
STAYS = {"agent's description": "the agent is a colleague's now"}


class Someone:
    """Each of their data holds a word of chance, `words`: datum → it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.words = {datum: f"canary{secrets.token_hex(6)}" for datum in MEANT}
        self.address = f"{self.words['e-mail address']}@example.org"
        self.password = f"{self.words['password']} sings at night"

    def go(self) -> None:
        """Through every door in turn. Raises Failed where one does not open."""
        alice = self._browser()
        self._post(alice, self.site.links["alice"], 302)
        self._join(alice)
        self._work()

    def _join(self, alice: httpx.Client) -> None:
        message = self.words["invitation's message"]
        self._post(
            alice,
            "/demo/invitations/new/",
            303,
            email=self.address,
            role="builder",
            teams="",
            message=message,
        )
        link = self._in_mail(r"http://\S+(/invitations/\S+/)")
        self.me = self._browser()
        there = self._post(self.me, link, 303).headers["Location"]
        typed = {"username": self.words["username"][:30], "name": self.words["name"]}
        self._post(
            self.me, there, (302, 303), password1=self.password, email=self.address, is_old_enough="true",
            accepts_policy="true", **typed,
        )  # fmt: skip
        self._post(self.me, link, 303)
        self.me = self._browser()
        self._post(self.me, "/sign-in/", 302, login=self.address, password=self.password)
        self._post(self.me, "/account/", 302, timezone="Europe/Berlin", **typed)

    def _work(self) -> None:
        made = self._post(self.me, "/demo/keys/new/", 201, name="Nightly", extent="all", days="30").text
        key = re.findall(r"sec_[A-Za-z0-9]{49}", made)[0]
        self.words["key"] = key
        again = {"Idempotency-Key": secrets.token_hex(8)}
        self._api("PUT", f"agents/{AGENT}", self._agent(), key)
        given = {
            "input": {"text": self.words["run's input"], "also": self.words["answer for a repeated call"]}
        }
        run = self._api("POST", f"agents/{AGENT}/runs", given, key, **again)
        self._api("POST", f"agents/{AGENT}/runs", given, key, **again)
        review = self._until(lambda: self._open_review(key, run["id"]))
        note = {"verdict": "reject", "digest": review["digest"], "note": self.words["decision's note"]}
        self._api("POST", f"reviews/{review['id']}/decisions", note, key)
        self._until(
            lambda: self._api("GET", f"runs/{run['id']}", None, key)["status"] in ("rejected", "failed")
        )
        self._post(self.me, "/account/privacy/export/", 303)
        self._until(lambda: "Take the copy of" in self.me.get("/account/privacy/export/").text)

    def _agent(self) -> dict[str, Any]:  # Any: an agent's file
        """It asks a model, and then this person."""
        return {
            "version": 1,
            "kind": "agent",
            "id": AGENT,
            "name": "Swept",
            "description": self.words["agent's description"],
            "steps": [
                {"id": "think", "prompt": "Look at {{ input.text }}."},
                {
                    "id": "ask",
                    "review": {"question": "Is it fine?", "assign": {"people": [self.address]}, "forbid": []},
                },
            ],
        }

    def _open_review(self, key: str, run: str) -> Any:  # Any: as the API says
        found = self._api("GET", "reviews?status=open", None, key)["items"]
        mine = [one for one in found if run in str(one)]
        return self._api("GET", f"reviews/{mine[0]['id']}", None, key) if mine else None

    def _browser(self) -> httpx.Client:
        import httpx

        client = httpx.Client(base_url=self.site.address, timeout=PATIENCE)
        client.get("/sign-in/")
        return client

    def _post(
        self, client: httpx.Client, path: str, status: int | tuple[int, ...], /, **typed: str
    ) -> httpx.Response:
        token = client.cookies["csrftoken"]
        answer = client.post(path, data={**typed, "csrfmiddlewaretoken": token})
        wanted = status if isinstance(status, tuple) else (status,)
        if answer.status_code not in wanted:
            raise Failed(f"The sweep could not go on: {path} answered {answer.status_code}.")
        return answer

    def _api(
        self, method: str, path: str, body: object, key: str, **headers: str
    ) -> Any:  # Any: as the API says
        bearer = {"Authorization": f"Bearer {key}", **headers}
        answer = self.me.request(method, f"/api/v1/{path}", json=body, headers=bearer)
        if answer.status_code >= 300:
            raise Failed(f"The sweep could not go on: {method} {path} answered {answer.status_code}.")
        return answer.json()

    def _in_mail(self, pattern: str) -> str:
        """What the pattern finds in a mail to them, once it is there."""

        def look() -> str | None:
            for path in (self.site.data / "outbox").glob("*.eml"):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                if self.address in str(mail["To"]) and (found := re.search(pattern, str(mail.get_content()))):
                    return found[1]
            return None

        return str(self._until(look))

    @staticmethod
    def _until(look: Any) -> Any:  # Any: whatever is waited for
        """What it answers once that is something: it happens in other processes."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.2)
        raise Failed("The sweep waited in vain; is this machine very busy?")
