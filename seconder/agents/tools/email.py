"""`email.send`: one message, as plain text, from the installation's own address."""

from __future__ import annotations

from seconder.agents.tools import Tool, ToolFailed
from seconder.core import ai_notice, mail
from seconder.core.json import JSON, Object
from seconder.core.purposes import purpose

_ADDRESS: Object = {"type": "string", "minLength": 3, "maxLength": 320}
_ADDRESSES: Object = {
    "anyOf": [_ADDRESS, {"type": "array", "items": _ADDRESS, "minItems": 1, "maxItems": 50}],
}
ARGUMENTS: Object = {
    "type": "object",
    "required": ["to", "subject", "body"],
    "additionalProperties": False,
    "properties": {
        "to": {**_ADDRESSES, "description": "One e-mail address, or a list of at most 50."},
        "cc": {**_ADDRESSES, "description": "Who gets a copy."},
        "subject": {"type": "string", "minLength": 1, "maxLength": 900},
        "body": {"type": "string", "maxLength": 1_000_000, "description": "Plain text."},
    },
}
OUTPUT: Object = {
    "type": "object",
    "required": ["message_id", "accepted"],
    "properties": {
        "message_id": {"type": "string"},
        "accepted": {"type": "array", "items": {"type": "string"}},
    },
}


def _send(arguments: Object, key: str) -> JSON:
    message = mail.Mail(
        to=_list(arguments["to"]),
        cc=_list(arguments.get("cc")),
        subject=str(arguments["subject"]),
        text=f"{str(arguments['body']).rstrip()}\n\n-- \n{ai_notice.MAIL}\n",
        headers={ai_notice.HEADER: ai_notice.ORIGINATED},
    )
    try:
        with purpose("service.runs"):
            receipt = mail.send(message, key)
    except mail.MailFailed as error:
        raise ToolFailed(error.detail, retryable=error.retryable, happened=error.happened) from error
    return {"message_id": receipt.message_id, "accepted": list[JSON](receipt.accepted)}


def _describe(arguments: Object) -> list[Object]:
    lines: list[Object] = [{"label": "To", "value": ", ".join(_list(arguments.get("to")))}]
    if copied := _list(arguments.get("cc")):
        lines.append({"label": "Cc", "value": ", ".join(copied)})
    lines.append({"label": "Will be sent as", "value": mail.sent_as(), "made_by": ""})
    lines += [
        {"label": name.capitalize(), "value": str(arguments.get(name, ""))} for name in ("subject", "body")
    ]
    lines.append({"label": "Ends with", "value": ai_notice.MAIL, "made_by": ""})
    return lines


def _tell(arguments: Object, result: Object) -> str:
    to = _list(result.get("accepted")) or (*_list(arguments.get("to")), *_list(arguments.get("cc")))
    return f"An e-mail went to {', '.join(to)}: “{arguments.get('subject', '')}”"


def _list(value: JSON) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


TOOL = Tool(
    name="email.send",
    title="Send an e-mail",
    description="Sends one e-mail as plain text. People outside read it; it cannot be taken back.",
    kind="effect",
    arguments=ARGUMENTS,
    act=_send,
    takes_key=mail.takes_key,
    is_quick=mail.is_local,
    describe=_describe,
    output=OUTPUT,
    tell=_tell,
)
