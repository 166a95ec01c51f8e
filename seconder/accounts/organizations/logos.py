"""A logo: any small picture of a common kind, drawn anew, so that nothing but its looks is kept or passed on."""

from __future__ import annotations

import hashlib
import io
from typing import IO

from django.db import transaction

from seconder.accounts.actor import Actor, demand
from seconder.accounts.models import Logo
from seconder.core.refusals import Invalid, TooLarge
from seconder.events.recording import record

LARGEST = 256 * 1024  # bytes of the upload
SIDE = 256  # pixels of what is kept
LARGEST_SIDE = 4096  # pixels of the upload
KINDS = ("PNG", "JPEG", "WEBP")
WHAT = "Give a PNG, JPEG or WebP picture of at most 256 KB."


def change(actor: Actor, upload: IO[bytes] | None) -> None:
    """None takes the logo away. Raises Invalid for what is no such picture, TooLarge."""
    demand(actor, "organization.manage")
    drawn = _drawn(upload) if upload else b""
    organization = actor.organization
    with transaction.atomic():
        if drawn:
            Logo.objects.update_or_create(organization=organization, defaults={"content": drawn})
        else:
            Logo.objects.filter(organization=organization).delete()
        organization.logo_mark = hashlib.sha256(drawn).hexdigest()[:16] if drawn else ""
        organization.save(update_fields=["logo_mark"])
        record("organization.logo_changed", organization, actor.by, mark=organization.logo_mark)


def _drawn(upload: IO[bytes]) -> bytes:
    """PNG. Size and kind are looked at before a single pixel is unpacked."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TooLarge(f"This picture is larger than 256 KB. {WHAT}")
    try:
        picture = Image.open(io.BytesIO(content), formats=KINDS)
        if max(picture.size) > LARGEST_SIDE:
            raise Invalid(f"A logo has at most {LARGEST_SIDE} pixels a side. {WHAT}", path="logo")
        plain = ImageOps.exif_transpose(picture).convert("RGBA")
        plain.thumbnail((SIDE, SIDE))
        # Onto an empty sheet: notes, positions and names in the file stay behind.
        sheet = Image.new("RGBA", plain.size)
        sheet.paste(plain)
        into = io.BytesIO()
        sheet.save(into, "PNG", optimize=True)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(f"This is not a picture that can be read. {WHAT}", path="logo") from error
    return into.getvalue()
