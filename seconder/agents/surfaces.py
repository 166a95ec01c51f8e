from seconder.core.surfaces import declare_surface

declare_surface(
    "agents",
    "Publishing agents: their files, and who answers for them",
    *("/api/v1/agents/{id}", "/api/v1/agents/{id}/validations"),
    collects="user.content.private user.unique_id.pseudonymous",
)
