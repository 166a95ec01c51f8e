from functools import partial

from seconder.core.vocabulary import Datum, declare

_WHO = partial(
    Datum,
    "user.unique_id.pseudonymous",
    purpose="service.runs",
    source="automatic",
    keep="with the agent",
    erase="pseudonymise",
)
# An agent outlives whoever made it: somebody takes it over before they go.
_DEFINITION = partial(
    Datum,
    "user.account.settings",
    purpose="service.runs",
    keep="with the agent",
    erase="pseudonymise",
    free_text=True,
)

declare(
    "agents.Agent",
    impersonal="id organization slug latest created_at",
    owner_id=_WHO(owner="owner_id"),
    name=_DEFINITION(owner="owner_id"),
    description=_DEFINITION(owner="owner_id"),
)
# A file names people by address (whom to ask), so it is personal as well as a definition.
declare(
    "agents.AgentVersion",
    impersonal="id agent number digest created_at",
    author_id=_WHO(owner="author_id"),
    file=_DEFINITION(owner="author_id"),
)
