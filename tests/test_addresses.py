"""An organization's slug is the first part of its addresses; the site's own first parts are kept from it."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from seconder.accounts.models.organization import TAKEN_SLUGS
from seconder.cli import admission
from seconder.cli.terminal import Failed


def test_every_first_part_of_the_sites_own_addresses_is_taken() -> None:
    patterns = get_resolver().url_patterns
    inner = [part for each in patterns if not str(each.pattern) for part in getattr(each, "url_patterns", [])]
    firsts = {str(each.pattern).lstrip("^").split("/")[0] for each in [*patterns, *inner]}
    own = {part for part in firsts if part.replace("-", "").isalnum()}
    assert {"api", "sign-in"} <= own <= TAKEN_SLUGS


@pytest.mark.django_db
def test_the_command_says_so() -> None:
    with pytest.raises(Failed, match="an address of the site itself"):
        admission.make("api", "An API")
