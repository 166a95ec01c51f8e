"""The kinds of security events, and the sentence by which people read each. `{how}` and the like are its facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`tone`: grey for what is usual, amber for what changes how one gets in, red for what went wrong.
    `floods`: anybody can cause it as often as they like, so few of them are kept."""

    words: str
    tone: str = "grey"
    floods: bool = False


KINDS: dict[str, Kind] = {
    "session.began": Kind("Signed in with {how}"),
    "session.ended": Kind("A sign-in was ended"),
    "sessions.ended": Kind("All other sign-ins were ended"),
    "sign-in.failed": Kind("A sign-in failed: {why}", "red"),
    "device.new": Kind("First sign-in on this device", "amber"),
    "link.made": Kind("Whoever runs this installation made a link to sign in with here: {why}", "red"),
    "code.asked": Kind("A code to sign in was asked for"),
    "code.refused": Kind("A wrong code was given", "red"),
    "reset.asked": Kind("A new password was asked for"),
    "sign-up.done": Kind("Signed up"),
    "proof.failed": Kind("A proof of who it is failed: {why}", "red"),
    "factor.added": Kind("Added {what}", "amber"),
    "factor.removed": Kind("Removed {what}", "amber"),
    "factor.renewed": Kind("Made new {what}", "amber"),
    "factor.refused": Kind("A second factor was wrong", "red"),
    "provider.added": Kind("Connected {what}", "amber"),
    "provider.removed": Kind("Disconnected {what}", "amber"),
    "password.set": Kind("Chose a first password", "amber"),
    "password.changed": Kind("Changed the password", "amber"),
    "password.reset": Kind("Chose a new password with a code", "amber"),
    "email.changed": Kind("Changed the e-mail address", "amber"),
    "key.made": Kind("Made {what}", "amber"),
    "key.revoked": Kind("Revoked {what}"),
    "key.exposed": Kind("{what} was found in a public place and revoked", "red"),
    "key.used-after-end": Kind("An API key was used after it had ended", "red", floods=True),
    "key.unknown": Kind("An API key that nobody has was tried", "red", floods=True),
    "invitation.accepted": Kind("Came in by an invitation", "amber"),
    "member.role-changed": Kind("Was given the role {what}", "amber"),
    "member.suspended": Kind("Was suspended", "amber"),
    "member.reactivated": Kind("Was let in again", "amber"),
    "member.removed": Kind("Left, or was removed", "amber"),
    "review.decided-high-risk": Kind("Decided a review of high risk", "amber"),
    "limit.reached": Kind("Something was tried too often", "red", floods=True),
    "request.refused": Kind("A request was refused: {why}", "red", floods=True),
}


def sentence(kind: str, facts: dict[str, str]) -> str:
    said = KINDS[kind].words.format_map(_Said(facts))
    return said[:1].upper() + said[1:]


class _Said(dict[str, str]):
    """A fact that an older version did not record reads as something."""

    def __missing__(self, name: str) -> str:
        return "something"
