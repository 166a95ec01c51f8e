"""Where people give what they are known by, and where others say who they are."""

from seconder.core.surfaces import declare_surface

_ORG = "/<slug:organization>"
declare_surface(
    "sign-up",
    "Making an account",
    *("/sign-up/*",),
    collects="user.contact.email user.account.username user.authorization.password user.demographic.age_range "
    "user.device user.location.imprecise user.device.ip_address",
)
declare_surface(
    "sign-in",
    "Signing in and out, with a password, a code, a passkey, a link or a provider",
    *("/sign-in/*", "/sign-out/"),
    collects="user.contact.email user.authorization.password user.authorization.credentials user.unique_id "
    "user.device user.location.imprecise user.device.ip_address user.telemetry user.name",
)
declare_surface(
    "proof",
    "Proving once more who one is",
    *("/account/confirm/*",),
    collects="user.authorization.password user.authorization.credentials user.telemetry",
)
declare_surface(
    "profile",
    "One's own name, username, e-mail address and time zone",
    *("/account/", "/account/email/"),
    collects="user.name user.account.username user.account.settings user.contact.email",
)
declare_surface(
    "ways to sign in",
    "Passwords, second factors, passkeys, providers and devices of one's own",
    *("/account/password/*", "/account/factors/*", "/account/providers/*", "/account/devices/*"),
    collects="user.authorization.password user.authorization.credentials user.unique_id user.device",
)
declare_surface(
    "invitations",
    "Inviting people, one or a list, and answering an invitation",
    *(f"{_ORG}/invitations/*", "/invitations/*", "/api/v1/invitations*", "/api/v1/invitation-lists*"),
    collects="user.contact.email user.workplace user.unique_id.pseudonymous",
)
declare_surface(
    "people",
    "Roles, teams and places of the people of an organization",
    *(f"{_ORG}/people/*", f"{_ORG}/teams/*", f"{_ORG}/departure/", "/api/v1/people*", "/api/v1/teams*"),
    collects="user.workplace user.unique_id.pseudonymous",
)
declare_surface(
    "keys",
    "Keys for programs, and reports that one was seen in public",
    *(f"{_ORG}/keys/*", "/api/v1/keys*"),
    collects="user.authorization.credentials user.account.settings user.unique_id.pseudonymous",
)
declare_surface(
    "organizations",
    "Names, logos, addresses, roles and rules of organizations: nothing about a person",
    *("/account/organizations/new/", f"{_ORG}/settings/*", f"{_ORG}/roles/*"),
    *("/api/v1/organizations*", "/api/v1/roles*"),
)
declare_surface(
    "working hours",
    "When one works and on which days not, and an organization's usual hours and holidays",
    *("/account/hours/*", "/account/days-off/*", f"{_ORG}/usual-hours/", f"{_ORG}/holidays/*"),
    *("/api/v1/working-hours", "/api/v1/usual-hours", "/api/v1/holidays*"),
    collects="user.workplace",
)
