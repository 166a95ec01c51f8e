"""A small agent for the tests of the API: a review above 10,000, then one mail. It asks no model."""

from __future__ import annotations

from django_scopes import scope

from seconder.agents.models import Agent
from seconder.agents.publishing import publish
from seconder.testing import Cast

FILE = """
version: 1
id: orders
name: Orders
description: Orders what was asked for; finance decides above 10,000.
input:
  type: object
  required: [total, email]
  properties: {total: {type: number}, email: {type: string}, secret: {type: string}}
steps:
  - id: approval
    review:
      when: input.total > 10000
      question: May we order this?
      show: [input.total]
      assign: {people: [finance@example.com], teams: [finance]}
  - id: order
    tool: email.send
    with: {to: "{{ input.email }}", subject: "Order over {{ input.total }}", body: "We order."}
"""


def published(cast: Cast) -> Agent:
    """The agent, published by Alice into demo."""
    with scope(organization=cast.demo.pk):
        return publish(cast.actor("alice"), FILE.encode(), "application/yaml").agent


def order(total: float = 10_001) -> dict[str, object]:
    return {"total": total, "email": "acme@example.com", "secret": "for the requester only"}
