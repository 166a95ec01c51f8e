"""The first steps of the example agents, on papers of other people than the examples' own."""

from pathlib import Path

import pytest
import yaml

from seconder.agents.builtin import extract
from seconder.core.json import Object

EXAMPLES = Path(__file__).parents[3] / "examples"

ORDERS: list[tuple[str, Object]] = [
    (
        "Purchase order PO-9999\n\nVendor: Acme Tools\nContact: sales@acmetools.example\n"
        "Total: $9,999.00",
        {"vendor": "Acme Tools", "email": "sales@acmetools.example", "order_number": "PO-9999", "total": 9999,
         "currency": "USD"},
    ),
    (
        "PO 10001 - Vendor: Globex Inc. - globex@globex.example - Total EUR 10.001,00",
        {"vendor": "Globex Inc.", "email": "globex@globex.example", "order_number": "10001", "total": 10001,
         "currency": "EUR"},
    ),
    (
        "Order number: A-7781\nFrom: Lumber & Co\nEmail: lumber@lumber.example\n"
        "Amount payable: 10,000.00 GBP",
        {"vendor": "Lumber & Co", "email": "lumber@lumber.example", "order_number": "A-7781", "total": 10000,
         "currency": "GBP"},
    ),
    (
        "Dear purchasing team,\n\nWe confirm your order no. 55-901 of 2 February 2026.\n\n"
        "  2 x Server rack        3,000.00\n  4 x UPS                1,000.00\n\n"
        "  Sum                   10,000.00\n  Freight                  250.00\n"
        "  Total to pay          10,250.00 EUR\n\nPowerHouse Systems B.V.\nsales@powerhouse.example",
        {"vendor": "PowerHouse Systems B.V.", "email": "sales@powerhouse.example", "order_number": "55-901",
         "total": 10250, "currency": "EUR"},
    ),
    (
        "To: purchasing@example.com\nFrom: \"Mara Lind\" <mara@lindprint.example>\nSubject: PO 3381\n\n"
        "Hello,\n\nattached PO 3381 for the spring brochures. Total is $4,350.00.\n\nMara Lind\n"
        "Lind Print Ltd\n",
        {"vendor": "Lind Print Ltd", "email": "mara@lindprint.example", "order_number": "3381", "total": 4350,
         "currency": "USD"},
    ),
    (
        "Purchase Order: PO-2026-001\nVendor: TechSupplies Inc\n"
        "Vendor Email: orders@techsupplies.example\nItems:\n- 10x Laptop @ $1,000.00\n"
        "- 5x Monitor @ $300.00\nSubtotal: $11,500.00\nTax: $500.00\nTotal: $12,000.00\n",
        {"vendor": "TechSupplies Inc", "email": "orders@techsupplies.example", "order_number": "PO-2026-001",
         "total": 12000, "currency": "USD"},
    ),
    (
        "Bestellung Nr. 2026-118\nLieferant: Stahlbau Weber GmbH & Co. KG\n"
        "Ansprechpartner: Petra Weber\nE-Mail: p.weber@stahlbau-weber.example\n"
        "Gesamtpreis: 9.999,00 EUR",
        {"vendor": "Stahlbau Weber GmbH & Co. KG", "email": "p.weber@stahlbau-weber.example",
         "order_number": "2026-118", "total": 9999, "currency": "EUR"},
    ),
    (
        "VENDOR INVOICE\n\nInvoice Number: INV-100\nPurchase Order: PO-100\nBill From: Summit Gear\n"
        "Bill To: Example Org\nEmail: billing@summitgear.example\nBalance Due: $1,050.25",
        {"vendor": "Summit Gear", "email": "billing@summitgear.example", "order_number": "PO-100", "total": 1050.25,
         "currency": "USD"},
    ),
    (
        "Hi,\n"
        "please process this: PO-31337, vendor \"Hacker Space Ltd.\" <hs@hackerspace.example>, for a "
        "total of 10 000,50 EUR.",
        {"vendor": "Hacker Space Ltd.", "email": "hs@hackerspace.example", "order_number": "PO-31337",
         "total": 10000.5, "currency": "EUR"},
    ),
    (
        "<html><body><h1>Purchase Order PO-55</h1><table><tr><td>Vendor</td><td>Acme &amp; "
        "Co</td></tr><tr><td>E-mail</td><td>acme@acme.example</td></tr><tr><td>Total</td><td>$15,00"
        "0.00</td></tr></table></body></html>",
        {"vendor": "Acme & Co", "email": "acme@acme.example", "order_number": "PO-55", "total": 15000,
         "currency": "USD"},
    ),
    (
        "PO#: 8812   Date: 2026-03-01   Vendor: Nova Optics   Vendor e-mail: nova@optics.example   "
        "Currency: CHF   Total: 9'999.95",
        {"vendor": "Nova Optics", "email": "nova@optics.example", "order_number": "8812", "total": 9999.95,
         "currency": "CHF"},
    ),
    (
        "Order 77 placed on 2026-01-05 with supplier Kappa Foods (kappa@foods.example).\n"
        "Net: 9,000.00 EUR, VAT 1,710.00 EUR, gross: 10,710.00 EUR.",
        {"vendor": "Kappa Foods", "email": "kappa@foods.example", "order_number": "77", "total": 10710,
         "currency": "EUR"},
    ),
    (
        "Total: $10,001.00\nTotal: $10,001.00\nVendor: Twice Ltd\nmail twice@twice.example\nPO-2",
        {"vendor": "Twice Ltd", "email": "twice@twice.example", "order_number": "PO-2", "total": 10001,
         "currency": "USD"},
    ),
    (
        "PURCHASE ORDER\nNo. PO-1234\n\nSupplier\nHarbour Marine Supplies\nQuay 4, Bristol\n"
        "sales@harbourmarine.example\n\nBuyer\nExample Ltd\nbuyer@example.com\n\n"
        "Description | Qty | Price | Amount\nRope 50m | 10 | 45.00 | 450.00\n"
        "Anchor | 2 | 320.00 | 640.00\n\nNet total | 1,090.00\nVAT 20% | 218.00\nTotal | GBP 1,308.00",
        {"vendor": "Harbour Marine Supplies", "email": "sales@harbourmarine.example", "order_number": "PO-1234",
         "total": 1308, "currency": "GBP"},
    ),
    (
        "We would like to order from Fabrikam Inc. the following: 100 widgets. Price: 100.01 USD "
        "per widget, i.e. 10,001.00 USD in total. PO reference FAB-9. Confirm to "
        "sales@fabrikam.example.",
        {"vendor": "Fabrikam Inc.", "email": "sales@fabrikam.example", "order_number": "FAB-9", "total": 10001,
         "currency": "USD"},
    ),
    (
        "Vendor: Contoso\nEmail: contoso@contoso.example\nPO: C-1\nTotal: ten thousand and one dollars",
        {"vendor": "Contoso", "email": "contoso@contoso.example", "order_number": "C-1"},
    ),
    (
        "Vendor: Contoso\nEmail: n/a\nPO: C-1\nTotal: TBD",
        {"vendor": "Contoso", "order_number": "C-1"},
    ),
    (
        "Vendor: \nEmail: \nTotal: \n",
        {},
    ),
    (
        "Purchase order total 10001 USD vendor Acme email orders@acme.example PO-88",
        {"vendor": "Acme", "email": "orders@acme.example", "order_number": "PO-88", "total": 10001, "currency": "USD"},
    ),
    (
        "New order!\n\nOrder ID: 1009-22\nShop: Paper Planet\nShop e-mail: hello@paperplanet.example\n"
        "Customer e-mail: dana@example.com\n\n2 boxes A4 ... 40.00 EUR\n1 stapler ... 15.00 EUR\n----\n"
        "Total ... 55.00 EUR",
        {"vendor": "Paper Planet", "email": "hello@paperplanet.example", "order_number": "1009-22", "total": 55,
         "currency": "EUR"},
    ),
]  # fmt: skip

EXPENSES: list[tuple[str, Object]] = [
    (
        "Expense report\nName: Dana Novak\nEmail: dana@example.com\nPurpose: Client visit Lyon\n"
        "Total: 499.99 EUR",
        {"employee": "Dana Novak", "email": "dana@example.com", "purpose": "Client visit Lyon", "amount": 499.99},
    ),
    (
        "Expense claim from Dana (dana@example.com): 500 USD for the conference in Porto",
        {"employee": "Dana", "email": "dana@example.com", "amount": 500},
    ),
    (
        "Employee: Alice\nEmployee email: alice@example.com\nReason: Training course\nAmount: 5000",
        {"employee": "Alice", "email": "alice@example.com", "purpose": "Training course", "amount": 5000},
    ),
    (
        "Submitted by Bob Reyes <bob@example.com>\nApprover: Carol Diaz <carol@example.com>\n"
        "Purpose: Team dinner\nReceipts: 3 x 150.00\nTotal amount: $450.00",
        {"employee": "Bob Reyes", "email": "bob@example.com", "purpose": "Team dinner", "amount": 450},
    ),
    (
        "From: Dana <dana@example.com>\nTo: Finance <finance@example.com>\nSubject: Expenses March\n\n"
        "Hi, my travel expenses for March add up to $5,000.01 (flights $3,900.00, hotel "
        "$1,100.01).\nThanks, Dana",
        {"employee": "Dana", "email": "dana@example.com", "purpose": "Expenses March", "amount": 5000.01},
    ),
    (
        "dana@example.com spent 5,000.00 USD on booth rental",
        {"email": "dana@example.com", "amount": 5000},
    ),
    (
        "Claimant: Yuki Tanaka; e-mail: yuki@example.com; purpose: site visit; total claimed: "
        "500.00 EUR; advance: 100.00 EUR; to be reimbursed: 400.00 EUR",
        {"employee": "Yuki Tanaka", "email": "yuki@example.com", "purpose": "site visit", "amount": 500},
    ),
    (
        "Expense Report #22\nEmployee Name: Sam O'Neil\nContact: sam@example.com\n"
        "Business Purpose: Trade fair\nDate,Description,Amount\n2026-02-01,Hotel,300.00\n"
        "2026-02-02,Taxi,45.50\nTotal,,345.50",
        {"employee": "Sam O'Neil", "email": "sam@example.com", "purpose": "Trade fair", "amount": 345.5},
    ),
]  # fmt: skip


def read(agent: str, text: str) -> Object:
    step = yaml.safe_load((EXAMPLES / f"{agent}.yaml").read_text())["steps"][0]
    return extract(text, step["output"], step["prompt"]).values


@pytest.mark.parametrize(("text", "values"), ORDERS)
def test_purchase_order_processor(text: str, values: Object) -> None:
    assert read("purchase-order-processor", text) == values


@pytest.mark.parametrize(("text", "values"), EXPENSES)
def test_expense_tiers(text: str, values: Object) -> None:
    assert read("expense-tiers", text) == values
