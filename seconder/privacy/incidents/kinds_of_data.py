"""Kinds of personal data as people name them when they describe an incident, each with the categories it stands for."""

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "names": ("Names", ("user.name",)),
    "contact": ("E-mail addresses", ("user.contact",)),
    "accounts": (
        "Usernames, settings and choices",
        ("user.account", "user.privacy_preferences", "user.demographic"),
    ),
    "passwords": ("Passwords, as hashes", ("user.authorization.password",)),
    "credentials": (
        "Keys, factors and sessions, as hashes or sealed",
        ("user.authorization.credentials", "user.unique_id"),
    ),
    "content": ("What people wrote, and files", ("user.content",)),
    "work": ("Roles, decisions and other things of work", ("user.workplace", "user.behavior")),
    "devices": ("Devices and networks", ("user.device",)),
    "places": ("Countries", ("user.location",)),
    "use": ("When something was used", ("user.telemetry",)),
    "other": ("Something else, said in the description", ("x",)),
}


def label(kind: str) -> str:
    return KINDS[kind][0]
