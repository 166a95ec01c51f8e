"""Also declares the tables of the third-party apps that keep people signed in."""

from functools import partial

from seconder.accounts.identity import personal_data as _third_parties  # noqa: F401  declares as well
from seconder.accounts.invitations import personal_data as _invitations  # noqa: F401  as above
from seconder.core.vocabulary import Datum, declare

_ACCOUNT = "service.accounts"
_WHO = Datum("user.unique_id.pseudonymous", purpose=_ACCOUNT, source="automatic")

declare(
    "accounts.Person",
    impersonal="id is_active has_short_password created_at",
    email=Datum("user.contact.email", purpose=_ACCOUNT),
    username=Datum("user.account.username", purpose=_ACCOUNT),
    policy_version=Datum("user.privacy_preferences", purpose=_ACCOUNT, source="automatic"),
    policy_accepted_at=Datum("user.privacy_preferences", purpose=_ACCOUNT, source="automatic"),
    declared_age_at=Datum("user.demographic.age_range", purpose=_ACCOUNT),
    name=Datum("user.name", purpose=_ACCOUNT),
    timezone=Datum("user.account.settings", purpose=_ACCOUNT),
    password=Datum("user.authorization.password", purpose=_ACCOUNT, keep="until changed"),
    last_login=Datum("user.telemetry", purpose="service.security", source="automatic"),
)
declare(
    "accounts.Organization",
    impersonal="id slug name requires_second_factor postal_address logo_mark created_at",
)
declare("accounts.Logo", impersonal="organization content")
declare("accounts.Role", impersonal="id organization name title verbs created_at")
declare(
    "accounts.Membership",
    impersonal="id organization is_active created_at",
    person=_WHO,
    role=Datum("user.workplace", purpose=_ACCOUNT),
    custom_role=Datum("user.workplace", purpose=_ACCOUNT),
    seen_on=Datum("user.telemetry", purpose="service.security", source="automatic", keep="with the seat"),
)
declare("accounts.Team", impersonal="id organization name title")
declare(
    "accounts.TeamMember",
    impersonal="id team",
    membership=_WHO,
    is_lead=Datum("user.workplace", purpose=_ACCOUNT),
)
declare(
    "accounts.ApiKey",
    impersonal="id organization is_service name scopes made_with created_at expires_at revoked_at",
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
    "accounts.TakenName",
    impersonal="taken_at",
    hash=Datum(
        "user.account.username",
        purpose=_ACCOUNT,
        source="derived",
        keep="always, as a keyed hash",
        erase="pseudonymise",
    ),
    person=_WHO,
)
_SECURITY = "service.security"
declare(
    "accounts.Session",
    impersonal="id created_at expires_at",
    hash=Datum(
        "user.authorization.credentials",
        purpose=_SECURITY,
        source="automatic",
        keep="14 d idle, 90 d at most",
    ),
    person=Datum(
        "user.unique_id.pseudonymous", purpose=_SECURITY, source="automatic", keep="14 d idle, 90 d at most"
    ),
    content=Datum(
        "user.unique_id.pseudonymous", purpose=_SECURITY, source="automatic", keep="14 d idle, 90 d at most"
    ),
    browser=Datum("user.device", purpose=_SECURITY, source="automatic", keep="with the session"),
    system=Datum("user.device", purpose=_SECURITY, source="automatic", keep="with the session"),
    device=Datum("user.device", purpose=_SECURITY, source="automatic", keep="with the session"),
    country=Datum("user.location.imprecise", purpose=_SECURITY, source="derived", keep="with the session"),
    seen_at=Datum("user.telemetry", purpose=_SECURITY, source="automatic", keep="with the session"),
)
declare(
    "accounts.Letter",
    impersonal="id created_at",
    content=Datum("user.contact.email", purpose=_ACCOUNT, source="derived", keep="until sent, 1 d at most"),
)
declare(
    "accounts.Attempt",
    impersonal="expires value",
    cache_key=Datum(
        "user.device.ip_address", purpose=_SECURITY, source="automatic", keep="1 d at most, as a keyed hash"
    ),
)
_EVENT = partial(Datum, purpose=_SECURITY, keep="180 d")
declare(
    "accounts.SecurityEvent",
    impersonal="id organization kind at facts",
    person=_EVENT("user.unique_id.pseudonymous", source="automatic"),
    browser=_EVENT("user.device", source="automatic"),
    system=_EVENT("user.device", source="automatic"),
    device=_EVENT("user.device", source="automatic"),
    country=_EVENT("user.location.imprecise", source="derived"),
    network=Datum(
        "user.device.ip_address", purpose=_SECURITY, source="automatic", keep="30 d, cut to /24 or /48"
    ),
)
