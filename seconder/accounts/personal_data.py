"""Also declares the tables of the third-party apps that keep people signed in."""

from seconder.core.vocabulary import Datum, declare

_ACCOUNT = "service.accounts"
_WHO = Datum("user.unique_id.pseudonymous", purpose=_ACCOUNT, source="automatic")

declare(
    "accounts.Person",
    impersonal="id is_active created_at",
    email=Datum("user.contact.email", purpose=_ACCOUNT),
    name=Datum("user.name", purpose=_ACCOUNT),
    timezone=Datum("user.account.settings", purpose=_ACCOUNT),
    password=Datum("user.authorization.password", purpose=_ACCOUNT, keep="until changed"),
    last_login=Datum("user.telemetry", purpose="service.security", source="automatic"),
)
declare("accounts.Organization", impersonal="id slug name created_at")
declare(
    "accounts.Membership",
    impersonal="id organization is_active created_at",
    person=_WHO,
    role=Datum("user.workplace", purpose=_ACCOUNT),
)
declare("accounts.Team", impersonal="id organization name")
declare("accounts.TeamMember", impersonal="id team", membership=_WHO)
declare(
    "accounts.ApiKey",
    impersonal="id organization is_service name scopes created_at expires_at revoked_at",
    person=_WHO,
    hash=Datum("user.authorization.credentials", purpose=_ACCOUNT, source="automatic", keep="until revoked"),
    last_used_at=Datum("user.telemetry", purpose="service.security", source="automatic"),
)
declare(
    "accounts.SignInLink",
    impersonal="id expires_at",
    person=_WHO,
    hash=Datum("user.authorization.credentials", purpose=_ACCOUNT, source="automatic", keep="24 h"),
    used_at=Datum("user.telemetry", purpose="service.security", source="automatic", keep="24 h"),
)
declare(
    "accounts.RepeatedCall",
    impersonal="id path key request_digest status at",
    caller_id=Datum(
        "user.unique_id.pseudonymous", purpose="service.operations", source="automatic", keep="24 h"
    ),
    person_id=Datum(
        "user.unique_id.pseudonymous", purpose="service.operations", source="automatic", keep="24 h"
    ),
    answer=Datum(
        "user.content.private",
        purpose="service.operations",
        source="derived",
        keep="24 h",
        erase="destroy key",
    ),
)
declare(
    "sessions.Session",
    impersonal="expire_date",
    session_key=Datum(
        "user.unique_id.pseudonymous", purpose="service.security", source="automatic", keep="14 d"
    ),
    session_data=Datum(
        "user.unique_id.pseudonymous", purpose="service.security", source="automatic", keep="14 d"
    ),
)
