from seconder.core.surfaces import declare_surface

_ORG = "/<slug:organization>"
declare_surface(
    "runs",
    "Giving work to an agent, and starting it again or ending it",
    *(f"{_ORG}/agents/<slug:agent>/runs/", f"{_ORG}/runs/*", "/api/v1/agents/{id}/runs", "/api/v1/runs*"),
    collects="user.content.private user.unique_id.pseudonymous",
)
declare_surface(
    "learning",
    "What is made of decisions: proposals and cases to try again",
    *(f"{_ORG}/proposals/*", f"{_ORG}/evaluation-cases/*", "/api/v1/proposals*", "/api/v1/evaluation-cases*"),
    collects="user.content.private user.unique_id.pseudonymous",
)
