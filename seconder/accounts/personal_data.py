"""Also declares the tables of the third-party apps that keep people signed in."""

from functools import partial

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage

from seconder.accounts.identity import personal_data as _third_parties  # noqa: F401  declares as well
from seconder.accounts.invitations import personal_data as _invitations  # noqa: F401  as above
from seconder.core.cookies import Cookie, declare_cookie
from seconder.core.vocabulary import Datum, declare

_ACCOUNT = "service.accounts"
_OWN = partial(Datum, purpose=_ACCOUNT, owner="id")
_THEIRS = partial(Datum, purpose=_ACCOUNT, owner="person_id")
_WHO = _THEIRS("user.unique_id.pseudonymous", source="automatic")

declare(
    "accounts.Person",
    impersonal="id is_active has_short_password created_at",
    email=_OWN("user.contact.email"),
    username=_OWN("user.account.username"),
    policy_version=_OWN("user.privacy_preferences", source="automatic"),
    policy_accepted_at=_OWN("user.privacy_preferences", source="automatic"),
    policy_notice=_OWN("user.privacy_preferences", source="automatic"),
    declared_age_at=_OWN("user.demographic.age_range"),
    name=_OWN("user.name"),
    timezone=_OWN("user.account.settings"),
    password=_OWN("user.authorization.password", keep="until changed"),
    choices=_OWN("user.privacy_preferences", purpose="privacy.choices"),
    signal_at=_OWN("user.privacy_preferences", purpose="privacy.choices", source="automatic"),
    last_login=_OWN("user.telemetry", purpose="service.security", source="automatic"),
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
    role=_THEIRS("user.workplace"),
    custom_role=_THEIRS("user.workplace"),
    seen_on=_THEIRS("user.telemetry", purpose="service.security", source="automatic", keep="with the seat"),
)
declare("accounts.Team", impersonal="id organization name title")
_SEAT = partial(Datum, purpose=_ACCOUNT, owner="membership__person_id")
declare(
    "accounts.TeamMember",
    impersonal="id team",
    membership=_SEAT("user.unique_id.pseudonymous", source="automatic"),
    is_lead=_SEAT("user.workplace"),
)
declare(
    "accounts.ApiKey",
    impersonal="id organization is_service name scopes made_with created_at expires_at revoked_at",
    person=_WHO,
    hash=_THEIRS("user.authorization.credentials", source="automatic", keep="until revoked"),
    last_used_at=_THEIRS("user.telemetry", purpose="service.security", source="automatic"),
)
declare(
    "accounts.SignInLink",
    impersonal="id expires_at",
    person=_WHO,
    hash=_THEIRS("user.authorization.credentials", source="automatic", keep="24 h"),
    used_at=_THEIRS("user.telemetry", purpose="service.security", source="automatic", keep="24 h"),
)
declare(
    "accounts.RepeatedCall",
    impersonal="id path key request_digest status at",
    caller_id=_THEIRS(
        "user.unique_id.pseudonymous", purpose="service.operations", source="automatic", keep="24 h"
    ),
    person_id=_THEIRS(
        "user.unique_id.pseudonymous", purpose="service.operations", source="automatic", keep="24 h"
    ),
    answer=_THEIRS(
        "user.content.private",
        purpose="service.operations",
        source="derived",
        keep="24 h",
        erase="destroy key",
        free_text=True,
    ),
)
declare(
    "accounts.TakenName",
    impersonal="taken_at",
    hash=_THEIRS(
        "user.account.username",
        source="derived",
        keep="always, as a keyed hash",
        erase="pseudonymise",
    ),
    person=_THEIRS(
        "user.unique_id.pseudonymous",
        source="automatic",
        keep="always, as a keyed hash",
        erase="pseudonymise",
    ),
)
_SECURITY = "service.security"
_SESSION = partial(Datum, purpose=_SECURITY, owner="person_id")
declare(
    "accounts.Session",
    impersonal="id created_at expires_at",
    hash=_SESSION(
        "user.authorization.credentials",
        source="automatic",
        keep="14 d idle, 90 d at most",
    ),
    person=_SESSION("user.unique_id.pseudonymous", source="automatic", keep="14 d idle, 90 d at most"),
    content=_SESSION("user.unique_id.pseudonymous", source="automatic", keep="14 d idle, 90 d at most"),
    browser=_SESSION("user.device", source="automatic", keep="with the session"),
    system=_SESSION("user.device", source="automatic", keep="with the session"),
    device=_SESSION("user.device", source="automatic", keep="with the session"),
    country=_SESSION("user.location.imprecise", source="derived", keep="with the session"),
    seen_at=_SESSION("user.telemetry", source="automatic", keep="with the session"),
)
declare(
    "accounts.Letter",
    impersonal="id created_at",
    content=Datum(
        "user.contact.email",
        purpose=_ACCOUNT,
        source="derived",
        keep="until sent, 1 d at most",
        no_owner="Sealed as a whole, address and all, and gone within a day",
        free_text=True,
    ),
)
declare(
    "accounts.Attempt",
    impersonal="expires value",
    cache_key=Datum(
        "user.device.ip_address",
        purpose=_SECURITY,
        source="automatic",
        keep="1 d at most, as a keyed hash",
        no_owner="A keyed hash of what was tried, by whom nobody knows, and gone within a day",
    ),
)
_EVENT = partial(_SESSION, keep="180 d")
declare(
    "accounts.SecurityEvent",
    impersonal="id organization kind at facts",
    person=_EVENT("user.unique_id.pseudonymous", source="automatic"),
    browser=_EVENT("user.device", source="automatic"),
    system=_EVENT("user.device", source="automatic"),
    device=_EVENT("user.device", source="automatic"),
    country=_EVENT("user.location.imprecise", source="derived"),
    network=_SESSION("user.device.ip_address", source="automatic", keep="30 d, cut to /24 or /48"),
)
_HOURS = partial(Datum, "user.workplace", purpose="service.reviews", owner="person_id")
declare("accounts.WorkingHours", person=_WHO, week=_HOURS())
declare(
    "accounts.DayOff",
    impersonal="id",
    person=_WHO,
    day=_HOURS(keep="90 d after it ended"),
)
declare("accounts.UsualHours", impersonal="organization week timezone")
declare("accounts.Holiday", impersonal="id organization day name")

_DAY = 24 * 3600  # seconds
declare_cookie(
    Cookie(settings.SESSION_COOKIE_NAME, _ACCOUNT, "A random key that keeps you signed in", kept=90 * _DAY)
)
declare_cookie(
    Cookie(
        settings.CSRF_COOKIE_NAME,
        _SECURITY,
        "A random text that shows that a form was sent from our own pages",
        kept=None,
    )
)
declare_cookie(
    Cookie(
        settings.FAMILIAR_COOKIE_NAME,
        _SECURITY,
        "That somebody has signed in with this browser before, so that strangers who guess passwords do not lock them "
        "out; a random number, no name",
        kept=90 * _DAY,
    )
)
declare_cookie(
    Cookie(
        CookieStorage.cookie_name, "service", "A short note to you on the next page that you open", kept=None
    )
)
