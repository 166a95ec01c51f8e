"""Tables, kinds of data and what erasure does, as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from seconder.core.vocabulary import Erasure


@dataclass(frozen=True)
class Kind:
    """`title`: what it is · `why`: what it is there for, in a sentence."""

    title: str
    why: str


# By table. Others are called as their model is.
KINDS: dict[str, Kind] = {
    "account.emailaddress": Kind("Your address, and whether you confirmed it", "Mail reaches you, and nobody else."),
    "accounts.apikey": Kind("Your API keys", "A program that you gave one to acts in your name. Only a hash is kept."),
    "accounts.dayoff": Kind("Days on which you do not work", "Reviews that count working time leave them out."),
    "accounts.invitation": Kind("Invitations, to you and by you", "Somebody gets a seat when they accept."),
    "accounts.invitationlist": Kind("Lists of people that you invited", "You see what became of each line."),
    "accounts.membership": Kind("Your seats in organizations", "They say what you may do where."),
    "accounts.person": Kind("Your account", "You sign in with it, and colleagues know who you are."),
    "accounts.repeatedcall": Kind("Answers to calls of your programs", "A repeated call gets the same answer."),
    "accounts.securityevent": Kind("What happened to your account", "You and your admins see misuse."),
    "accounts.session": Kind("Where you are signed in", "You recognise your devices and can sign each out."),
    "accounts.signinlink": Kind("Links that sign you in", "Each works once, within a day."),
    "accounts.takenname": Kind("Usernames that you had", "Nobody else gets one and is taken for you."),
    "accounts.teammember": Kind("Teams that you are in", "Reviews can be asked of a team."),
    "accounts.workinghours": Kind("When you work", "Reviews that count working time count these hours."),
    "agents.agent": Kind("Agents that you own", "Somebody answers for each."),
    "agents.agentversion": Kind("Versions of agents that you published", "It can be seen what ran, and who made it."),
    "core.delivery": Kind("Mail that we sent you", "It can be found out whether it arrived. No words of it are kept."),
    "core.suppression": Kind("That we do not write to your address", "You are not written to against your wish."),
    "events.event": Kind("What you did, in the record", "It can be verified who did what. It holds no text."),
    "mfa.authenticator": Kind("Your second factors and passkeys", "You sign in with them."),
    "notifications.notification": Kind("What you were told", "You see what waits for you."),
    "notifications.preferences": Kind("How you want to be told", "You are told the way you chose."),
    "privacy.agreement": Kind("Agreements that you recorded", "The law asks who agreed to what."),
    "privacy.consent": Kind("What you said yes and no to", "It can be shown what you were asked, and what you said."),
    "privacy.disclosure": Kind("Where your data went", "You see who received which kinds of it. It holds no text."),
    "privacy.entry": Kind("What you wrote into the register of incidents", "The law asks for the register."),
    "privacy.datasubjectrequest": Kind("What you asked about your data", "It is answered, and that can be shown."),
    "privacy.erasure": Kind("That you asked for your account to be deleted", "It can be shown that it was done."),
    "privacy.export": Kind("Copies of your data that you asked for", "You take one away within seven days."),
    "privacy.exportpart": Kind("What is in those copies", "It is read by nobody but you."),
    "privacy.policynotice": Kind("What you were told of the policy", "You hear of each change that matters, once."),
    "privacy.recipientnews": Kind("That you asked for news of who gets data", "You are told when others get it."),
    "privacy.matter": Kind("What you opened or agreed to in the register of matters", "The law asks for the register."),
    "privacy.matterline": Kind("What you wrote into the register of matters", "The law asks for the register."),
    "runs.effect": Kind("What was done outside for you", "Nothing is done twice."),
    "runs.evaluationcase": Kind("Cases that you chose for trying an agent", "A new version is tried on them."),
    "runs.proposal": Kind("Proposals that you answered", "The same is not proposed again."),
    "runs.run": Kind("Runs that you asked for", "The work that you gave to an agent, and what came of it."),
    "runs.steprun": Kind("Steps of your runs", "What was done on the way, and what a model said."),
    "socialaccount.socialaccount": Kind("Where you also sign in from", "You chose to sign in with that provider."),
    "verification.absence": Kind("When you are away, and who stands in", "What waits for you goes to them."),
    "verification.allowance": Kind("What was allowed for a while", "Like actions need no new approval."),
    "verification.assignment": Kind("Reviews that you were asked", "You see them, and may decide."),
    "verification.decision": Kind("What you decided", "Somebody answers for what was done."),
    "verification.delegation": Kind("Reviews that you gave away or took over", "It can be seen who was asked."),
    "verification.linkuse": Kind("Links in mail that you used", "Each works once."),
    "verification.review": Kind("Reviews of your runs", "What others were shown and asked about your work."),
    "verification.secondlook": Kind("What was looked at afterwards", "What happened without a question is seen later."),
    "verification.snooze": Kind("Reviews that you put off", "They come back when you said."),
}  # fmt: skip

# What stands beside each other on a page, by app.
GROUPS: dict[str, tuple[str, ...]] = {
    "Who you are, and how you sign in": ("account", "accounts", "mfa", "socialaccount"),
    "Your work": ("agents", "runs", "verification"),
    "What you were told": ("core", "notifications"),
}
REST = "What has to be kept, and what you asked for"

CATEGORIES: dict[str, str] = {
    "user.account.settings": "Settings and definitions",
    "user.account.username": "Username",
    "user.authorization.credentials": "What proves who you are",
    "user.authorization.password": "Password, as a hash",
    "user.behavior": "What you did here",
    "user.contact.email": "E-mail address",
    "user.content.private": "Text and files",
    "user.demographic.age_range": "That you are old enough",
    "user.device": "Device, without details",
    "user.device.ip_address": "Network, cut short",
    "user.location.imprecise": "Country",
    "user.name": "Name",
    "user.privacy_preferences": "Choices about your data",
    "user.telemetry": "When you were here",
    "user.unique_id": "Identifier at another service",
    "user.unique_id.pseudonymous": "That it is yours",
    "user.workplace": "Role and work",
}

ERASED: dict[Erasure, str] = {
    "delete": "deleted",
    "destroy key": "made unreadable for good",
    "pseudonymise": "stays, and points to nobody any more",
    "restrict": "kept under lock, because the law asks for it",
}


def kind_of(label: str) -> Kind:
    found = KINDS.get(label)
    if found:
        return found
    title = str(apps.get_model(label)._meta.verbose_name_plural)
    return Kind(title[:1].upper() + title[1:], "")


def category(key: str) -> str:
    """The words of a kind of data; those of the kind above it where it has none."""
    while key not in CATEGORIES and "." in key:
        key = key.rpartition(".")[0]
    return CATEGORIES.get(key, key.replace("_", " "))


def group_of(label: str) -> str:
    app = label.partition(".")[0]
    return next((title for title, apps_of in GROUPS.items() if app in apps_of), REST)
