"""The built-in model as the AI loop drives it: messages in, one message out."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from pydantic_ai.direct import model_request
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from seconder.agents.builtin.model import BuiltinModel
from seconder.agents.prompting import compose, source_text
from seconder.core.eml import text_of
from seconder.core.json import Object

EXAMPLES = Path(__file__).parents[3] / "examples"
MAIL: Object = {"text": text_of((EXAMPLES / "purchase-order.eml").read_bytes())}
EMAIL_SEND = ToolDefinition(
    name="email_send",
    description="Send an e-mail to one or more people",
    parameters_json_schema={
        "type": "object",
        "required": ["to", "subject", "body"],
        "properties": {"to": {"type": "string"}, "subject": {"type": "string"}, "body": {"type": "string"}},
    },
)
HTTP = ToolDefinition(
    name="http_request",
    description="Make an HTTP request and return its answer",
    parameters_json_schema={
        "type": "object",
        "required": ["method", "url"],
        "properties": {"method": {"enum": ["GET", "POST"]}, "url": {"type": "string", "format": "uri"}},
    },
)
OUTPUT = ToolDefinition(
    name="final_result",
    parameters_json_schema={
        "type": "object",
        "required": ["vendor", "email", "total"],
        "properties": {
            "vendor": {"type": "string"},
            "email": {"type": "string"},
            "total": {"type": "number"},
        },
    },
)
EXTRACT = "Read the order and state the vendor, the vendor's e-mail address and the total."


async def ask(
    prompt: str,
    inputs: Object | None = None,
    tools: Sequence[ToolDefinition] = (),
    output: Sequence[ToolDefinition] = (OUTPUT,),
    history: Sequence[ModelMessage] = (),
) -> ModelResponse:
    message = prompt if inputs is None else compose(prompt, inputs)
    first = ModelRequest(parts=[SystemPromptPart("You check orders."), UserPromptPart(message)])
    wanted = ModelRequestParameters(
        function_tools=[*tools], output_tools=[*output], allow_text_output=not output
    )
    return await model_request(BuiltinModel(), [first, *history], model_request_parameters=wanted)


def call(response: ModelResponse) -> tuple[str, Object]:
    (part,) = response.parts
    assert isinstance(part, ToolCallPart)
    return part.tool_name, part.args_as_dict()


async def test_the_output_tool_is_called_with_what_the_mail_says() -> None:
    response = await ask(EXTRACT, {"input": MAIL}, tools=[EMAIL_SEND, HTTP])
    name, args = call(response)
    assert name == "final_result"
    assert args == {
        "vendor": "Brightwater Office Supply Ltd.",
        "email": "orders@brightwater-office.example",
        "total": 12480,
    }
    assert response.provider_details is not None
    source = response.provider_details["sources"]["/total"]
    assert source_text({"input": MAIL})[source["start"] : source["end"]] == source["text"] == "$12,480.00"
    assert response.provider_details["missing"] == []


async def test_what_is_missing_is_named_and_left_out() -> None:
    response = await ask(EXTRACT, {"input": {"text": "Vendor: Acme GmbH\nTotal: 10,001 USD"}})
    assert call(response)[1] == {"vendor": "Acme GmbH", "total": 10001}
    assert response.provider_details is not None
    assert response.provider_details["missing"] == ["/email"]


async def test_words_are_counted_nothing_is_charged_and_the_message_can_be_stored() -> None:
    response = await ask(EXTRACT, {"input": MAIL})
    assert response.usage.input_tokens > 100
    assert response.usage.output_tokens > 3
    assert response.model_name == "builtin"
    stored = ModelMessagesTypeAdapter.dump_json([response])
    (again,) = ModelMessagesTypeAdapter.validate_json(stored)
    assert isinstance(again, ModelResponse)
    assert again.provider_details == response.provider_details


async def test_without_an_output_it_says_what_it_is_and_quotes() -> None:
    response = await ask("What should we confirm?", {"input": MAIL}, output=[])
    (part,) = response.parts
    assert isinstance(part, TextPart)
    assert part.content.startswith("The built-in model, which is not a language model,")
    assert "Please confirm it by return of mail" in part.content


async def test_nothing_to_quote_is_said_so() -> None:
    response = await ask("Hm", {"input": {"text": ""}}, output=[])
    assert "found nothing" in str(response.parts[0])


@pytest.mark.parametrize(
    "prompt",
    [
        'Send an e-mail to the vendor with the subject "Order confirmed" and the body "We confirm your order."',
        'Read the order. Then email the supplier, subject "Order confirmed", body "We confirm your order."',
        'Please write a mail to the vendor: subject "Order confirmed", body "We confirm your order."',
        'Use email_send to tell the vendor. Subject: "Order confirmed". Body: "We confirm your order."',
    ],
)
async def test_a_tool_that_is_asked_for_is_called_first(prompt: str) -> None:
    response = await ask(prompt, {"input": MAIL}, tools=[HTTP, EMAIL_SEND])
    assert call(response) == (
        "email_send",
        {
            "to": "orders@brightwater-office.example",
            "subject": "Order confirmed",
            "body": "We confirm your order.",
        },
    )


async def test_a_body_that_nobody_gave_quotes_the_input() -> None:
    _, args = call(
        await ask("Send an e-mail to bob@example.com about the order.", {"input": MAIL}, tools=[EMAIL_SEND])
    )
    assert args["to"] == "bob@example.com"
    assert args["subject"] == "Purchase order PO-20417 – second floor refit"
    assert str(args["body"]) in " ".join(str(MAIL["text"]).split())


async def test_a_request_goes_to_the_address_in_the_prompt() -> None:
    prompt = "Make a GET request to https://rates.example/usd and state the total."
    name, args = call(await ask(prompt, {"input": MAIL}, tools=[HTTP, EMAIL_SEND]))
    assert (name, args) == ("http_request", {"method": "GET", "url": "https://rates.example/usd"})


@pytest.mark.parametrize(
    "prompt",
    [
        EXTRACT,
        "Do not send any e-mail. State the vendor and the total.",
        "State what the vendor will send, the vendor's e-mail address and the total.",
        "Confirm the vendor's e-mail address and the total.",
        "Read the mail and summarize the message.",
        "State the total without sending an e-mail.",
        "Check whether the supplier asked us to reply by e-mail.",
    ],
)
async def test_a_tool_that_is_not_asked_for_is_not_called(prompt: str) -> None:
    name, _ = call(await ask(prompt, {"input": MAIL}, tools=[EMAIL_SEND, HTTP]))
    assert name == "final_result"


@pytest.mark.parametrize("outcome", ["success", "failed", "denied"])
async def test_after_the_tools_answer_comes_the_output(outcome: str) -> None:
    prompt = (
        'Send an e-mail to the vendor with the subject "Hello" and the body "Hello". Then state the total.'
    )
    first = await ask(prompt, {"input": MAIL}, tools=[EMAIL_SEND])
    (part,) = first.parts
    assert isinstance(part, ToolCallPart)
    returned = ToolReturnPart("email_send", {"message_id": "m-1"}, part.tool_call_id, outcome=outcome)  # type: ignore[arg-type]  # the words of pydantic_ai's literal
    second = await ask(
        prompt, {"input": MAIL}, tools=[EMAIL_SEND], history=[first, ModelRequest(parts=[returned])]
    )
    name, args = call(second)
    assert name == "final_result"
    assert args["total"] == 12480


async def test_what_a_tool_returned_is_read_too() -> None:
    called = ModelResponse(parts=[ToolCallPart("http_request", {"url": "https://x.example"}, "c1")])
    returned = ModelRequest(parts=[ToolReturnPart("http_request", {"status": 200, "total": 77.5}, "c1")])
    response = await ask(
        "State the total.", {"input": {"text": "See the service."}}, history=[called, returned]
    )
    assert call(response)[1] == {"total": 77.5}


async def test_what_a_person_adds_later_fills_the_gap() -> None:
    inputs: Object = {"input": {"text": "Vendor: Acme GmbH\nTotal: 10,001 USD"}}
    first = await ask(EXTRACT, inputs)
    note = ModelRequest(parts=[UserPromptPart("The vendor's e-mail is orders@acme.example.")])
    assert call(await ask(EXTRACT, inputs, history=[first, note]))[1]["email"] == "orders@acme.example"


async def test_a_prompt_alone_is_its_own_source() -> None:
    response = await ask(
        "Order PO-5 from Acme GmbH (orders@acme.example), total 77 USD. State vendor, e-mail, total."
    )
    assert call(response)[1] == {"vendor": "Acme GmbH", "email": "orders@acme.example", "total": 77}


EXPECTED: dict[str, tuple[str, Object]] = {
    "purchase-order-processor": (
        str(MAIL["text"]),
        {
            "vendor": "Brightwater Office Supply Ltd.",
            "email": "orders@brightwater-office.example",
            "order_number": "PO-20417",
            "total": 12480,
            "currency": "USD",
        },
    ),
    "expense-tiers": (
        (EXAMPLES / "expense-report.txt").read_text(),
        {
            "employee": "Dana Novak",
            "email": "dana@example.com",
            "purpose": "Customer workshop in Rotterdam",
            "amount": 1317.15,
        },
    ),
    "contract-clause-check": (
        (EXAMPLES / "services-agreement.txt").read_text(),
        {
            "clause": "6.1 Neither party is liable for loss of profit, loss of data or indirect loss, whatever its "
            "cause.\n"
            "6.2 The total liability of the Provider under this Agreement is limited to EUR 76,800.00 in each\n"
            "contract year, being the fees of twelve months.\n"
            "6.3 Nothing in this Agreement limits liability for death or personal injury, for fraud, or for any\n"
            "other liability that cannot be limited by law.",
            "provider": "Harrow & Lind Analytics B.V.",
            "governing_law": "This Agreement is governed by the laws of the Netherlands.",
        },
    ),
}


@pytest.mark.parametrize("agent", EXPECTED)
async def test_the_examples_are_read_in_full(agent: str) -> None:
    step = yaml.safe_load((EXAMPLES / f"{agent}.yaml").read_text())["steps"][0]
    text, values = EXPECTED[agent]
    output = ToolDefinition(name="output", parameters_json_schema=step["output"])
    response = await ask(step["prompt"], {"input": {"text": text}}, output=[output])
    assert call(response) == ("output", values)
    assert response.provider_details is not None
    assert response.provider_details["missing"] == []
