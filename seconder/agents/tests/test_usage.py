"""What a reply cost: by the price list, where the reply says what it used."""

from __future__ import annotations

from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage

from seconder.agents.talk import usage


def _amount(model: str, used: RequestUsage) -> object:
    reply = ModelResponse(parts=[], usage=used, model_name=model, provider_name="openai")
    return usage(reply)["amount"]


def test_a_reply_that_does_not_say_what_it_used_leaves_the_next_one_its_price() -> None:
    assert _amount("gpt-4o", RequestUsage(unmeasured_requests=1)) is None
    assert _amount("gpt-4o", RequestUsage(input_tokens=1000, output_tokens=100)) == "0.0035"


def test_a_model_that_is_in_no_price_list_has_no_price() -> None:
    assert [_amount("a-model-of-our-own", RequestUsage(input_tokens=1000)) for _ in range(2)] == [None, None]
