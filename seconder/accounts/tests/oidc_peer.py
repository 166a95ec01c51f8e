"""A real OpenID provider on loopback, which can be told to lie."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import flask
import httpx
import oidc_provider_mock
from authlib.jose import jwt  # type: ignore[import-untyped]  # says nothing of types
from django.test import Client
from werkzeug.serving import make_server

from seconder.core.identity_providers import IdentityProvider

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback has no https


@dataclass
class Peer:
    """`claims`, `config` and `userinfo` change what it says; `challenges` are those of PKCE that it was given,
    `tokens` those that it gave."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # Any: JSON, as the others
    config: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    is_forging: bool = False

    def provider(self, **more: Any) -> IdentityProvider:  # Any: fields of it
        given = {
            "id": "acme",
            "name": "Acme",
            "client_id": "seconder",
            "secret": "s3cret",
            "issuer": self.url,
        }
        return IdentityProvider(**{**given, **more})

    def knows(self, sub: str, **claims: object) -> None:
        httpx.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()

    def answer(self, client: Client, start: str, sub: str, **posted: str) -> str:
        """Goes there from the page of the button, says who one is, and gives the address that leads back."""
        target = leaving(client.post(start, posted).content.decode())
        back = httpx.post(target, data={"sub": sub} if sub else {"action": "deny"})
        assert back.status_code == 302, back.text
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def app(self) -> flask.Flask:
        app: flask.Flask = oidc_provider_mock.app()
        app.before_request(self._check)
        app.after_request(self._twist)
        return app

    def _check(self) -> None:
        """PKCE, which the package leaves to its users."""
        if flask.request.path == "/oauth2/authorize":
            self.asked = dict(flask.request.args)
            assert self.asked["code_challenge_method"] == "S256"
            self.challenges.append(self.asked["code_challenge"])
        if flask.request.path == "/oauth2/token":
            digest = hashlib.sha256(flask.request.form["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() in self.challenges

    def _twist(self, response: flask.Response) -> flask.Response:
        body = response.get_json(silent=True)
        if not isinstance(body, dict):
            return response
        if "id_token" in body:
            body["id_token"] = self._twisted(body["id_token"])
            self.tokens += [body["id_token"], body["access_token"]]
        elif flask.request.path == "/userinfo":
            body |= self.userinfo
        elif "token_endpoint" in body:
            body |= self.config
        response.set_data(
            flask.json.dumps({name: value for name, value in body.items() if value is not None})
        )
        return response

    def _twisted(self, token: str) -> str:
        key = flask.g.oidc_provider_mock_storage.jwk
        claims = {**jwt.decode(token, key), **self.claims}
        kept = {name: value for name, value in claims.items() if value is not None}
        made = jwt.encode({"alg": "RS256"}, kept, key).decode()
        return made[:-8] + "AAAAAAAA" if self.is_forging else str(made)


def leaving(page: str) -> str:
    """Where the page goes on to."""
    (found,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    return html.unescape(found)


@contextlib.contextmanager
def running() -> Iterator[Peer]:
    peer = Peer()
    server = make_server("127.0.0.1", 0, peer.app(), threaded=True)
    peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
