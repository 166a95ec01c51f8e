from seconder.core.vocabulary import Datum, declare

_WHO = Datum(
    "user.unique_id.pseudonymous",
    purpose="service.runs",
    source="automatic",
    keep="with the agent",
    erase="pseudonymise",
)
_DEFINITION = Datum("user.account.settings", purpose="service.runs", keep="account + 30 d")

declare(
    "agents.Agent",
    impersonal="id organization slug latest created_at",
    owner_id=_WHO,
    name=_DEFINITION,
    description=_DEFINITION,
)
# A file names people by address (whom to ask), so it is personal as well as a definition.
declare(
    "agents.AgentVersion", impersonal="id agent number digest created_at", author_id=_WHO, file=_DEFINITION
)
