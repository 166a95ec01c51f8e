from __future__ import annotations

import textwrap

from django.conf import settings
from django.template.loader import render_to_string

from seconder.accounts.identity import letters
from seconder.accounts.models import Invitation


def put_aside(invitation: Invitation, token: str) -> None:
    """The same letter whether the address has an account or not. What the inviter wrote is marked as theirs."""
    organization = invitation.organization
    said = {
        "organization": organization.name,
        "by": invitation.by.name,
        "role": invitation.custom_role.title if invitation.custom_role else invitation.role,
        "quoted": textwrap.indent(str(invitation.message or ""), "> ", lambda _: True),
        "link": f"{settings.BASE_URL}/invitations/{token}/",
        "until": invitation.expires_at,
        "requires_second_factor": organization.requires_second_factor,
    }
    subject = render_to_string("accounts/invitations/letter_subject.txt", said).strip()
    text = render_to_string("accounts/invitations/letter_message.txt", said).strip()
    letters.put_aside(invitation.email, subject, text)
