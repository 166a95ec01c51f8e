"""The tables of the third-party apps that signing in stands on."""

from seconder.core.vocabulary import Datum, declare

_ACCOUNT = "service.accounts"
_WHO = Datum("user.unique_id.pseudonymous", purpose=_ACCOUNT, source="automatic")
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
    email=Datum("user.contact.email", purpose=_ACCOUNT),
)
# Codes are used instead: this table stays empty.
declare(
    "account.EmailConfirmation",
    impersonal="id created sent",
    email_address=_WHO,
    key=Datum(_SECRET, purpose=_ACCOUNT, source="automatic", keep="never stored"),
)
declare(
    "mfa.Authenticator",
    impersonal="id type created_at",
    user=_WHO,
    data=Datum(_SECRET, purpose=_ACCOUNT, source="automatic", keep="until removed"),
    last_used_at=Datum(
        "user.telemetry", purpose="service.security", source="automatic", keep="until removed"
    ),
)
# Providers come from the settings, and no token of theirs is kept: the two tables stay empty.
declare("socialaccount.SocialApp", impersonal="id provider provider_id name client_id secret key settings")
declare(
    "socialaccount.SocialToken",
    impersonal="id app expires_at",
    account=_WHO,
    token=Datum(_SECRET, purpose=_ACCOUNT, source="third-party", keep="never stored"),
    token_secret=Datum(_SECRET, purpose=_ACCOUNT, source="third-party", keep="never stored"),
)
declare(
    "socialaccount.SocialAccount",
    impersonal="id provider",
    user=_WHO,
    uid=Datum("user.unique_id", purpose=_ACCOUNT, source="third-party", keep="until disconnected"),
    last_login=Datum(
        "user.telemetry", purpose="service.security", source="automatic", keep="until disconnected"
    ),
    date_joined=Datum(
        "user.telemetry", purpose="service.security", source="automatic", keep="until disconnected"
    ),
    extra_data=Datum("user.unique_id", purpose=_ACCOUNT, source="third-party", keep="never stored"),
)
