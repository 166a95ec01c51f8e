"""What the declarations' own words mean in plain ones."""

from __future__ import annotations

# By fideslang key: what a reader calls it. A key that is not here is called what the nearest above it is.
KINDS_OF_DATA: dict[str, str] = {
    "user.name": "Your name",
    "user.contact": "How you can be reached",
    "user.contact.email": "Your e-mail address",
    "user.contact.phone_number": "Your phone number",
    "user.account": "Facts about your account",
    "user.account.username": "Your username",
    "user.account.settings": "Your settings, and agents that you made",
    "user.authorization": "What signs you in",
    "user.authorization.password": "Your password, as a hash",
    "user.authorization.credentials": "Keys, codes and links that sign you in, as hashes or sealed",
    "user.behavior": "What you did in the product",
    "user.behavior.browsing_history": "Which pages you opened",
    "user.content": "Files and pictures",
    "user.content.private": "What you write and give to agents, and what they make of it",
    "user.demographic": "Facts about you as a person",
    "user.demographic.age_range": "That you are old enough",
    "user.device": "The kind of your device, browser and system",
    "user.device.cookie": "Cookies that the product needs",
    "user.device.cookie_id": "A number that your browser keeps for us",
    "user.device.device_id": "A number of your device",
    "user.device.ip_address": "Your network address, shortened or as a keyed hash",
    "user.financial": "Facts about payments",
    "user.job_title": "Your job title",
    "user.location": "Where you are",
    "user.location.imprecise": "Your country",
    "user.payment": "How you pay",
    "user.privacy_preferences": "What you chose about mail and about your data",
    "user.telemetry": "When you used the product",
    "user.unique_id": "A number by which others know you",
    "user.unique_id.pseudonymous": "A number that stands for you",
    "user.workplace": "Your role, your teams and what you decide at work",
    "system": "How the product runs",
    "system.operations": "How the product runs, and what went wrong",
    "x": "Something of this product's own",
}
SOURCES: dict[str, str] = {
    "provided": "You give it",
    "automatic": "It comes with using the product",
    "third-party": "Others give it",
    "derived": "It is worked out from the rest",
}
SUBJECTS: dict[str, str] = {
    "person": "people with an account",
    "invited person": "people who were invited",
    "subscriber": "people who asked for news by mail",
}
BASES: dict[str, str] = {
    "contract": "We need it to do what we agreed with you",
    "consent": "You said yes, and can take that back",
    "legal obligation": "A law asks for it",
    "legitimate interest": "We have a good reason, which we weighed against your interests",
}
STOPS: dict[str, str] = {
    "consent": "take back your yes",
    "objection": "object",
    "signal": "have your browser send the signal for privacy (GPC)",
    "opt-out": "opt out under Your privacy choices",
    "agreement": "your organization can rule it out in its agreement",
}
# From the strongest to the weakest: what is done on erasure.
ERASURES: dict[str, str] = {
    "delete": "deleted",
    "destroy key": "made unreadable for good, as its key is destroyed",
    "pseudonymise": "kept without any tie to you",
    "restrict": "kept closed, as the law asks for it",
}
ROLES: dict[str, str] = {
    "processor": "works for us, and for nothing of its own",
    "controller": "decides for itself what it does with the data",
    "joint": "decides together with us",
    "third party": "decides for itself what it does with the data",
}


def kind_of_data(category: str) -> str:
    """Raises KeyError where neither it nor anything above it has words."""
    name = category
    while name not in KINDS_OF_DATA and "." in name:
        name = name.rpartition(".")[0]
    return KINDS_OF_DATA[name]


def lasting(days: int) -> str:
    for size, unit in ((365, "year"), (30, "month")):
        if days >= size and days % size == 0 and days != size * 12:
            count = days // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{days} day{'' if days == 1 else 's'}"
