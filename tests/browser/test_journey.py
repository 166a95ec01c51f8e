"""The main job in a browser: from the button of the sign-in link to the order that went out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AGENT, EXAMPLES, PATIENCE, Watched, start_order

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)


def test_an_order_from_mail_to_confirmation(watched: Watched) -> None:
    dana, finance = watched.page("dana"), watched.page("finance")
    start_order(dana)
    expect(dana.get_by_role("heading", name="Waits for Finance or Bob")).to_be_visible()

    finance.goto("/demo/")
    expect(finance.locator("[aria-label=Places] .count").first).to_have_text(re.compile(r"\d+"))
    finance.goto("/demo/reviews/")
    finance.get_by_role("link", name="May we order this?").last.click()
    expect(finance.get_by_text("$12,480.00").last).to_be_visible()
    finance.get_by_role("link", name="Edit values").click()
    finance.get_by_label("Total").fill("12300.50")
    finance.get_by_placeholder("Note").fill("Delivery is free of charge")
    finance.get_by_role("button", name="Approve with these values and send an e-mail").click()
    expect(finance.get_by_role("heading", name="Approved by you")).to_be_visible()
    expect(finance.get_by_text("Changed by a person")).to_be_visible()

    # Dana's page was not touched since: it followed by itself.
    expect(dana.locator(".standing").get_by_text("Succeeded")).to_be_visible()
    expect(dana.get_by_text("“Delivery is free of charge”")).to_be_visible()
    expect(dana.locator("#about")).to_have_text("Brightwater Office Supply Ltd. · PO-20417 · $12,300.50")
    expect(dana.get_by_text("An e-mail went to orders@brightwater-office.example")).to_be_visible()
    expect(dana.get_by_role("button", name="Cancel this run")).to_have_count(0)


def test_with_the_keyboard_alone(watched: Watched) -> None:
    start_order(watched.page("dana"))
    bob = watched.page("bob")
    bob.goto("/demo/")
    bob.keyboard.press("Tab")
    expect(bob.get_by_role("link", name="Skip to the content")).to_be_focused()
    bob.keyboard.press("g")
    bob.keyboard.press("i")
    bob.wait_for_url("**/reviews/")
    bob.keyboard.press("j")
    bob.keyboard.press("Enter")
    bob.wait_for_url("**/reviews/*-*/")
    bob.keyboard.press("a")
    expect(bob.get_by_role("button", name="Approve and send")).to_be_focused()
    expect(bob.get_by_text("Waiting for a decision")).to_be_visible()  # a letter alone decides nothing
    bob.keyboard.press("n")
    bob.keyboard.type("Too dear, e.g. r and a")
    for _ in range(2):
        bob.keyboard.press("Tab")
    expect(bob.get_by_role("button", name="Reject")).to_be_focused()
    bob.keyboard.press("Enter")
    expect(bob.get_by_role("heading", name="Rejected by you")).to_be_visible()


def test_several_are_ticked_by_key_or_pointer_and_answered_together(watched: Watched) -> None:
    for _ in range(2):
        start_order(watched.page("dana"))
    bob = watched.page("bob")
    bob.goto("/demo/reviews/")
    bob.keyboard.press("j")
    bob.keyboard.press("x")
    bob.get_by_role("checkbox", name="Answer together").nth(1).click()  # not the link that covers the row
    ticked = bob.locator("input[name=review]:checked")
    expect(ticked).to_have_count(2)
    bob.evaluate("htmx.ajax('GET', location.href, {source: '#list', target: '#list', swap: 'outerMorph'})")
    bob.wait_for_timeout(300)  # nothing is to come: what is ticked is not fetched anew
    expect(ticked).to_have_count(2)
    bob.get_by_role("button", name="Answer those that I tick together").click()
    bob.wait_for_url("**/reviews/batch/?**")
    for choice in bob.get_by_role("radio", name="Approve").all():
        choice.check()
    bob.get_by_role("button", name="Answer those that I chose").click()
    expect(bob.get_by_text("You answered 2 reviews.")).to_be_visible()


def test_a_finance_manager_finds_the_odd_order_and_corrects_it_with_the_keyboard_alone(
    watched: Watched,
) -> None:
    start_order(watched.page("dana"))
    finance = watched.page("finance")
    finance.goto("/demo/")
    keys = finance.keyboard
    keys.press("g")
    keys.press("i")
    finance.wait_for_url("**/reviews/")
    keys.press("?")
    expect(finance.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    keys.press("Escape")
    # The odd one is that of Brightwater: j walks to it.
    odd = finance.locator("[data-walk] li").filter(has_text="$12,480.00").first.get_by_role("link")
    for _ in range(40):
        keys.press("j")
        if odd.evaluate("link => link === document.activeElement"):
            break
    expect(odd).to_be_focused()
    keys.press("e")
    finance.wait_for_url("**/reviews/*-*/?edit")
    total = finance.get_by_label("Total")
    for _ in range(60):
        keys.press("Tab")
        if total.evaluate("field => field === document.activeElement"):
            break
    expect(total).to_be_focused()
    keys.press("Control+a")
    keys.type("12300.50")
    keys.press("Tab")
    for _ in range(60):
        if finance.evaluate("document.activeElement.value === 'edit'"):
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(finance.get_by_role("heading", name="Approved by you")).to_be_visible()
    expect(finance.get_by_text("$12,300.50").first).to_be_visible()


def test_letters_reach_the_answer_from_the_list_and_decide_nothing(watched: Watched) -> None:
    start_order(watched.page("dana"))
    bob = watched.page("bob")
    for key, name in (("a", "Approve and send"), ("r", "Reject")):
        bob.goto("/demo/reviews/")
        bob.keyboard.press("j")
        bob.keyboard.press(key)
        bob.wait_for_url("**/reviews/*-*/")
        expect(bob.get_by_role("button", name=name)).to_be_focused()
        expect(bob.get_by_text("Waiting for a decision")).to_be_visible()


def test_a_dropped_mail_is_given_along(watched: Watched) -> None:
    dana = watched.page("dana")
    dana.goto(f"/demo/agents/{AGENT}/")
    mail = (EXAMPLES / "purchase-order.eml").read_text()
    dropped = dana.evaluate_handle(
        "text => { const d = new DataTransfer(); d.items.add(new File([text], 'order.eml')); return d; }",
        mail,
    )
    dana.locator("textarea[name=text]").dispatch_event("drop", {"dataTransfer": dropped})
    dana.get_by_role("button", name="Rehearse").click()
    dana.wait_for_url("**/runs/*/")
    expect(dana.get_by_text("Rehearsal: nothing is sent")).to_be_visible()
    expect(dana.get_by_text("Brightwater Office Supply Ltd.").first).to_be_visible()


def test_without_scripts_everything_works_by_reloading(watched: Watched) -> None:
    dana, finance = (watched.page(who, scripts=False) for who in ("dana", "finance"))
    dana.goto(f"/demo/agents/{AGENT}/")
    dana.locator("input[type=file]").set_input_files(EXAMPLES / "purchase-order.eml")
    dana.get_by_role("button", name="Run Purchase order processor").click()
    dana.wait_for_url("**/runs/*/")
    for _ in range(100):
        dana.reload()
        if dana.locator(".standing").get_by_text("Waiting").count():
            break
        dana.wait_for_timeout(100)
    review = dana.get_by_role("link", name="May we order this?").first.get_attribute("href")
    finance.goto(f"{review}?edit")
    finance.locator("[name='0.vendor']").fill("Brightwater Ltd.")
    finance.get_by_role("button", name="Approve with these values").click()
    expect(finance.get_by_role("heading", name="Approved by you")).to_be_visible()


_NEWS = """() => new Promise((seen) => {
  const before = document.getElementById("about");
  const look = () => before.isConnected ? requestAnimationFrame(look) : requestAnimationFrame(() => seen());
  htmx.trigger(document.getElementById("live"), "changed");
  look();
})"""


def test_canceling_asks_once_more(watched: Watched) -> None:
    dana = watched.page("dana")
    start_order(dana)
    dana.get_by_role("button", name="Cancel this run").click()
    asked = dana.get_by_role("dialog", name="Cancel this run?")
    expect(asked).to_be_visible()
    dana.evaluate(_NEWS)  # what happens to the run meanwhile does not take the question away
    expect(asked).to_be_visible()
    dana.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    dana.get_by_role("button", name="Cancel this run").click()
    asked.get_by_role("button", name="Cancel this run").click()
    expect(dana.locator(".standing").get_by_text("Canceled")).to_be_visible()
    dana.get_by_role("button", name="Try again from the failed step").click()
    expect(dana.get_by_text("Taken over from the run before").first).to_be_visible()
