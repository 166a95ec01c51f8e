from __future__ import annotations

from typing import Protocol

import pytest
from django.template import Context, Template


class Show(Protocol):
    def __call__(self, source: str, /, **context: object) -> str: ...


@pytest.fixture
def show() -> Show:
    """Renders a line of template with the components loaded, as a page does."""

    def render(source: str, /, **context: object) -> str:
        return Template("{% load ui %}" + source).render(Context(context))

    return render
