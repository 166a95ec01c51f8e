"""An authenticator app without a phone."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

ADD = "/account/factors/app/"


def shown(secret: str, step: int = 0) -> str:
    """The six digits that the app shows; `step` -1 and 1 are those before and after, which are taken as well."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def add_app(client: Client) -> str:
    """Adds an app to the account of who is signed in, and answers its secret."""
    (found,) = re.findall(r'<code class="secret">(\w+)</code>', client.get(ADD).content.decode())
    secret = str(found)
    added = client.post(ADD, {"code": shown(secret)})
    assert added.status_code == 302, added.content.decode()
    return secret


def recovery_codes(client: Client) -> list[str]:
    page = client.post("/account/factors/codes/").content.decode()
    return re.findall(r"<code>(\d{8})</code>", page)
