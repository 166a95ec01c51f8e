"""A passkey without a device: what an authenticator signs, made with the library that checks it."""

from __future__ import annotations

import html
import json
import os
import re
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
ADD = "/account/factors/passkeys/new/"


def browser(host: str = "localhost") -> Client:
    """One that looks at the installation under this name: passkeys belong to a name."""
    return Client(headers={"Host": host})


class SoftKey:
    """`verifies`: whether it asks for a finger or a PIN before it signs."""

    def __init__(self, *, verifies: bool = True, origin: str = "http://localhost") -> None:
        self.verifies, self.origin = verifies, origin
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.user = os.urandom(16), b""

    def make(self, asked: dict[str, Any]) -> str:  # Any: the question, as JSON
        """The credential to a question of `create`."""
        self.user = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]  # fido2
        made = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(_hash(asked["rp"]["id"]), self._flags() | FLAG.AT, 0, made)
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, asked["challenge"], self.origin)
        return self._credential(client, {"attestationObject": AttestationObject.create("none", data, {})})

    def show(self, asked: dict[str, Any]) -> str:  # Any: as above
        """The assertion to a question of `get`."""
        data = AuthenticatorData.create(_hash(asked["rpId"]), self._flags(), 1)
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, asked["challenge"], self.origin)
        signed = self._key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            client, {"authenticatorData": data, "signature": signed, "userHandle": self.user}
        )

    def add_to(self, client: Client, *, alone: bool = True, name: str = "Blue key") -> Any:  # Any: a response
        """Adds it to the account of who is signed in."""
        more = {"passwordless": "true"} if alone else {}
        credential = self.make(question(client.get(ADD).content.decode()))
        return client.post(ADD, {"name": name, "credential": credential, **more})

    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))

    def _credential(self, client: CollectedClientData, parts: dict[str, bytes]) -> str:
        response = {"clientDataJSON": client, **parts}
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {name: websafe_encode(bytes(part)) for name, part in response.items()},
                "clientExtensionResults": {},
            }
        )


def question(page: str) -> dict[str, Any]:  # Any: as above
    """What a page asks the browser."""
    (found,) = re.findall(r'data-question="([^"]+)"', page)
    asked: dict[str, Any] = json.loads(html.unescape(found))["publicKey"]
    return asked


def asked(client: Client) -> dict[str, Any]:  # Any: as above
    """What the page for signing in asks it."""
    found: dict[str, Any] = client.get("/sign-in/passkey/", headers={"Accept": "application/json"}).json()
    asked: dict[str, Any] = found["request_options"]["publicKey"]
    return asked


def _hash(rp_id: str) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(rp_id.encode())
    return digest.finalize()
