from seconder.core.surfaces import declare_surface

_ORG = "/<slug:organization>"
declare_surface(
    "reviews",
    "Deciding reviews, asking for changes, answering questions and passing them on",
    *(f"{_ORG}/reviews/*", "/answer/*", "/api/v1/reviews*", "/api/v1/allowances*", "/api/v1/second-looks*"),
    collects="user.content.private user.unique_id.pseudonymous user.telemetry",
)
declare_surface(
    "absences",
    "Saying when one is away, and who stands in",
    *("/account/absences/*",),
    collects="user.workplace user.content.private user.unique_id.pseudonymous",
)
