from functools import partial

from seconder.core.vocabulary import Datum, declare

_DATUM = partial(Datum, purpose="service.accounts", keep="30 d after it has ended")
_WHO = _DATUM("user.unique_id.pseudonymous", source="automatic")

declare(
    "accounts.Invitation",
    impersonal="id organization sent_at letters expires_at accepted_at canceled_at created_at",
    email=_DATUM("user.contact.email", source="third-party", subject="invited person"),
    role=_DATUM("user.workplace", source="third-party", subject="invited person"),
    custom_role=_DATUM("user.workplace", source="third-party", subject="invited person"),
    message=_DATUM("user.content.private", erase="destroy key"),
    by=_WHO,
    hash=_DATUM("user.authorization.credentials", source="automatic"),
)
declare("accounts.Invitation_teams", impersonal="id invitation team")
declare(
    "accounts.InvitationList",
    impersonal="id organization status total done created_at finished_at",
    by=Datum("user.unique_id.pseudonymous", purpose="service.accounts", source="automatic", keep="30 d"),
    lines=Datum(
        "user.contact.email",
        purpose="service.accounts",
        source="third-party",
        subject="invited person",
        keep="30 d",
        erase="destroy key",
    ),
)
