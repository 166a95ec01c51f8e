from functools import partial

from seconder.core.vocabulary import Datum, declare

_DATUM = partial(Datum, purpose="service.accounts", keep="30 d after it has ended")
_INVITED = partial(_DATUM, source="third-party", subject="invited person", owner="email", known_by="address")
_WHO = _DATUM("user.unique_id.pseudonymous", source="automatic", owner="by_id")

declare(
    "accounts.Invitation",
    impersonal="id organization sent_at letters expires_at accepted_at canceled_at created_at",
    email=_INVITED("user.contact.email"),
    role=_INVITED("user.workplace"),
    custom_role=_INVITED("user.workplace"),
    message=_DATUM("user.content.private", erase="destroy key", owner="by_id", free_text=True),
    by=_WHO,
    hash=_INVITED("user.authorization.credentials", source="automatic"),
)
declare("accounts.Invitation_teams", impersonal="id invitation team")
declare(
    "accounts.InvitationList",
    impersonal="id organization status total done created_at finished_at",
    by=Datum(
        "user.unique_id.pseudonymous",
        purpose="service.accounts",
        source="automatic",
        keep="30 d",
        owner="by_id",
    ),
    lines=Datum(
        "user.contact.email",
        purpose="service.accounts",
        source="third-party",
        subject="invited person",
        keep="30 d",
        erase="destroy key",
        no_owner="Many people in one sealed list, each of whom has an invitation that leads to them",
        free_text=True,
    ),
)
