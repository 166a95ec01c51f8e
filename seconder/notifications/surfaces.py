from seconder.core.surfaces import declare_surface

_ORG = "/<slug:organization>"
declare_surface(
    "notifications",
    "Choosing what one hears by mail and when, and stopping it from the mail itself",
    *("/account/notifications/*", "/unsubscribe/*", f"{_ORG}/notifications/*", f"{_ORG}/settings/mail/*"),
    "/api/v1/notification-preferences*",
    collects="user.privacy_preferences user.contact.email",
)
declare_surface(
    "news of mail",
    "What a mail provider tells: that a mail came back, or that its reader complained",
    "/webhooks/mail/",
    collects="user.contact.email",
    notice="The provider is told by the operator; nothing comes from a person here.",
)
