"""The tables of the third-party apps that signing in stands on."""

from functools import partial

from seconder.core.vocabulary import Datum, declare

_ACCOUNT = "service.accounts"
_THEIRS = partial(Datum, purpose=_ACCOUNT, owner="user_id")
_WHO = _THEIRS("user.unique_id.pseudonymous", source="automatic")
_TOKEN = partial(Datum, purpose=_ACCOUNT, source="third-party", keep="never stored", owner="account__user_id")
_KEY = partial(Datum, purpose=_ACCOUNT, source="automatic", owner="email_address__user_id")
_SECRET = "user.authorization.credentials"  # noqa: S105  a category of data

# Django's own permissions and groups are not used; their tables come with its sign-in.
declare("contenttypes.ContentType", impersonal="id app_label model")
declare("auth.Permission", impersonal="id name content_type codename")
declare("auth.Group", impersonal="id name")
declare("auth.Group_permissions", impersonal="id group permission")

declare(
    "account.EmailAddress",
    impersonal="id verified primary",
    user=_WHO,
    email=_THEIRS("user.contact.email"),
)
# Codes are used instead: this table stays empty.
declare(
    "account.EmailConfirmation",
    impersonal="id created sent",
    email_address=_KEY("user.unique_id.pseudonymous"),
    key=_KEY(_SECRET, keep="never stored"),
)
declare(
    "mfa.Authenticator",
    impersonal="id type created_at",
    user=_WHO,
    data=_THEIRS(_SECRET, source="automatic", keep="until removed"),
    last_used_at=_THEIRS(
        "user.telemetry", purpose="service.security", source="automatic", keep="until removed"
    ),
)
# Providers come from the settings, and no token of theirs is kept: the two tables stay empty.
declare("socialaccount.SocialApp", impersonal="id provider provider_id name client_id secret key settings")
declare(
    "socialaccount.SocialToken",
    impersonal="id app expires_at",
    account=_TOKEN("user.unique_id.pseudonymous"),
    token=_TOKEN(_SECRET),
    token_secret=_TOKEN(_SECRET),
)
declare(
    "socialaccount.SocialAccount",
    impersonal="id provider",
    user=_WHO,
    uid=_THEIRS("user.unique_id", source="third-party", keep="until disconnected"),
    last_login=_THEIRS(
        "user.telemetry", purpose="service.security", source="automatic", keep="until disconnected"
    ),
    date_joined=_THEIRS(
        "user.telemetry", purpose="service.security", source="automatic", keep="until disconnected"
    ),
    extra_data=_THEIRS("user.unique_id", source="third-party", keep="never stored"),
)
