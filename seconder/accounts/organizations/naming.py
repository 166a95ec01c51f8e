"""Names of organizations, teams and roles: for people, and short ones that stand in addresses and files."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

from seconder.accounts.models import Organization
from seconder.accounts.models.organization import TAKEN_SLUGS
from seconder.accounts.names import seen

LONGEST_NAME = 100
LONGEST_SLUG = 50
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Scripts whose letters are taken for those of others; a word that mixes them is there to deceive.
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def checked_name(text: str) -> str:
    """The name as it is seen. Raises ValidationError for one that shows nothing, or looks like another."""
    name = seen(text)
    if not any(letter.isalnum() for letter in name):
        raise ValidationError("A name needs letters or digits.", code="name_empty")
    if len(name) > LONGEST_NAME:
        raise ValidationError(
            f"A name has at most {LONGEST_NAME} characters; this has {len(name)}.", code="name_too_long"
        )
    for word in name.split():
        if len(scripts := {_script(letter) for letter in word} & _ALIKE) > 1:
            mixed = " and ".join(sorted(script.capitalize() for script in scripts))
            raise ValidationError(
                f"“{word}” mixes {mixed} letters that look alike. Write each word in one alphabet.",
                code="name_mixed",
            )
    return name


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""


def checked_slug(text: str, noun: str = "An address") -> str:
    """The slug as it is stored. Raises ValidationError with what it may be made of."""
    slug = text.strip().lower()
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise ValidationError(
            f"{noun} is made of the letters a to z, digits and single hyphens between them, {LONGEST_SLUG} at most. "
            "Letters of other alphabets look too much alike.",
            code="slug_shape",
        )
    return slug


def free_slug(text: str) -> str:
    """As `checked_slug`, for an organization: not the site's own, and nobody's yet."""
    slug = checked_slug(text)
    if slug in TAKEN_SLUGS:
        raise ValidationError(f"/{slug}/ is an address of the site itself. Choose another.", code="slug_kept")
    if Organization.objects.filter(slug=slug).exists():
        raise ValidationError(
            f"/{slug}/ is an organization's already. Choose another, such as “{suggested(slug)}”.",
            code="slug_taken",
        )
    return slug


def suggested(name: str) -> str:
    """A slug that is free, made from the name: `Ürün & Co` gives `urun-co`. "" where nothing of it can be used."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ı", "i"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    stem = "-".join(words)[: LONGEST_SLUG - 4].strip("-")
    if not stem:
        return ""
    similar = Organization.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    taken = {*similar, *TAKEN_SLUGS}
    tries = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in tries if slug not in taken)
