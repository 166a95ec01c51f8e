from seconder.core.surfaces import declare_surface

_ORG = "/<slug:organization>"
declare_surface(
    "registers",
    "The registers of signed agreements and of incidents",
    *(f"{_ORG}/agreements/*", f"{_ORG}/incidents/*", "/api/v1/agreements*", "/api/v1/incidents*"),
    collects="user.name user.content.private user.unique_id.pseudonymous",
)
declare_surface(
    "privacy of one's own",
    "What people choose and ask about their own data, with an account and without one",
    *("/account/privacy/*", "/privacy/*"),
    collects="user.privacy_preferences user.contact.email user.content.private",
)
declare_surface(
    "privacy of the installation",
    "What whoever runs the installation or an organization does about requests, holds and releases",
    f"{_ORG}/privacy/*",
    collects="user.content.private user.unique_id.pseudonymous",
)
