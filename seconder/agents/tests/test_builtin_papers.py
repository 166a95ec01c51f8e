"""Other papers and other schemas: expenses, invoices with dates and parties, tables, contracts, choices."""

import pytest

from seconder.agents.builtin import extract
from seconder.core.json import JSON, Object


def wanted(*required: str, **properties: JSON) -> Object:
    names: list[JSON] = [*(required or properties)]
    return {"type": "object", "required": names, "properties": properties}


TEXT: Object = {"type": "string"}
NUMBER: Object = {"type": "number"}
COUNT: Object = {"type": "integer"}
DATE: Object = {"type": "string", "format": "date"}
MAIL: Object = {"type": "string", "format": "email"}
YES: Object = {"type": "boolean"}
EXPENSE = wanted(employee=TEXT, amount=NUMBER)
EXPENSE_PROMPT = "Read the expense claim and state who claims it and how much in total."
INVOICE = wanted(invoiceNumber=TEXT, invoiceDate=DATE, dueDate=DATE, currency=TEXT, total=NUMBER)
LINES = wanted(
    lines={
        "type": "array",
        "items": wanted(
            "description", "quantity", description=TEXT, quantity=COUNT, unit_price=NUMBER, amount=NUMBER
        ),
    }
)

# Each with a name, the text, the schema, the prompt and what must come out.
PAPERS: list[tuple[str, str, Object, str, Object]] = [
    ("expense 499.99", "Expense claim by Dana Novak: taxi and lunch, total 499.99 USD", EXPENSE, EXPENSE_PROMPT,
     {"employee": "Dana Novak", "amount": 499.99}),
    ("expense 500", "Employee: Alice Berg\nWhat: conference ticket\nAmount: $500.00", EXPENSE, EXPENSE_PROMPT,
     {"employee": "Alice Berg", "amount": 500}),
    ("expense 5,000", "Submitted by: Dana Novak\nTotal claimed: 5,000.00 EUR", EXPENSE, EXPENSE_PROMPT,
     {"employee": "Dana Novak", "amount": 5000}),
    ("expense 5,000.01", "Name: Jo Park\nTrip: Osaka\nHotel 3,100.00\nFlight 1,900.01\n"
                         "Sum 5,000.01", EXPENSE, EXPENSE_PROMPT,
     {"employee": "Jo Park", "amount": 5000.01}),
    ("expense as a note", "I spent 83.40 euros on toner. Please reimburse me.", wanted(amount=NUMBER), EXPENSE_PROMPT,
     {"amount": 83.4}),
    ("expense with parts", "Reimbursement for Ana Ruiz\n- Train: 120.00\n- Hotel: 310.00\n"
                           "- Total: 430.00", EXPENSE, EXPENSE_PROMPT,
     {"employee": "Ana Ruiz", "amount": 430}),
    ("invoice, month in words", "Invoice no. INV-2026-031\nInvoice date: 3 March 2026\nDue date: April 2nd, 2026\n"
                                "Total: £1,180.00",
     INVOICE, "", {"invoiceNumber": "INV-2026-031", "invoiceDate": "2026-03-03", "dueDate": "2026-04-02",
                   "currency": "GBP", "total": 1180}),
    ("invoice, German", "Rechnungsnummer: 2026/0099\nRechnungsdatum: 31.12.2026\nFällig am: 14.01.2027\n"
                        "Gesamtbetrag: 1.190,00 €",
     INVOICE, "", {"invoiceNumber": "2026/0099", "invoiceDate": "2026-12-31", "dueDate": "2027-01-14",
      "currency": "EUR",
                   "total": 1190}),
    ("invoice, ambiguous dates", "Invoice # 5521\nInvoice date: 03/04/2026\nPay by: 05/06/2026\nAmount due: USD 50.00",
     INVOICE, "", {"invoiceNumber": "5521", "currency": "USD", "total": 50}),
    ("invoice, dates made clear", "Invoice # 5521\nInvoice date: 03/04/2026\nPay by: 05/28/2026\nAmount due: USD 50.00",
     INVOICE, "", {"invoiceNumber": "5521", "invoiceDate": "2026-03-04", "dueDate": "2026-05-28", "currency": "USD",
      "total": 50}),
    ("invoice in one sentence", "Invoice INV-88 of 2026-02-01 over EUR 900,00 is due on 2026-03-01.", INVOICE, "",
     {"invoiceNumber": "INV-88", "invoiceDate": "2026-02-01", "dueDate": "2026-03-01", "currency": "EUR",
      "total": 900}),
    ("nested parties", "Supplier: Kiln & Clay\nSupplier e-mail: hi@kiln.example\nCustomer: Example Corp\n"
                       "Customer e-mail: ap@example.com",
     wanted(vendor=wanted(name=TEXT, email=MAIL), buyer=wanted(name=TEXT, email=MAIL)), "",
     {"vendor": {"name": "Kiln & Clay", "email": "hi@kiln.example"}, "buyer": {"name": "Example Corp",
      "email": "ap@example.com"}}),
    ("parts of a total", "Subtotal: $1,000.00\nSales tax (8 %): $80.00\nShipping: $20.00\nTotal: $1,100.00",
     wanted(subtotal=NUMBER, tax=NUMBER, shipping=NUMBER, total=NUMBER, taxRate=NUMBER), "",
     {"subtotal": 1000, "tax": 80, "shipping": 20, "total": 1100, "taxRate": 8}),
    ("lines of a CSV", "description,quantity,unit_price,amount\nDesk,8,890.00,7120.00\n"
                       "\"Chair, black\",2,345.50,691.00\n", LINES, "",
     {"lines": [{"description": "Desk", "quantity": 8, "unit_price": 890, "amount": 7120},
                {"description": "Chair, black", "quantity": 2, "unit_price": 345.5, "amount": 691}]}),
    ("lines of a table", "Item           Qty    Unit price      Amount\nDesk lamp       12        $35.00     $420.00\n"
     "Cable, 2 m      40         $4.50     $180.00\n\nTotal                                $600.00\n", LINES, "",
     {"lines": [{"description": "Desk lamp", "quantity": 12, "unit_price": 35, "amount": 420},
                {"description": "Cable, 2 m", "quantity": 40, "unit_price": 4.5, "amount": 180}]}),
    ("lines in words", "We need:\n- 8 x Standing desk @ $890.00 = $7,120.00\n- 2 x Lamp @ $35.00 = $70.00\n"
                       "Thanks", LINES, "",
     {"lines": [{"description": "Standing desk", "quantity": 8, "unit_price": 890, "amount": 7120},
                {"description": "Lamp", "quantity": 2, "unit_price": 35, "amount": 70}]}),
    ("lines with semicolons", "Bezeichnung;Menge;Einzelpreis;Betrag\nStuhl;4;120,00;480,00\n"
                              "Tisch;1;300,00;300,00", LINES, "",
     {"lines": [{"description": "Stuhl", "quantity": 4, "unit_price": 120, "amount": 480},
                {"description": "Tisch", "quantity": 1, "unit_price": 300, "amount": 300}]}),
    ("lines between bars", "| Product | Quantity | Price |\n|---|---|---|\n| Bolt M8 | 200 | $0.15 |\n"
                           "| Nut M8 | 200 | $0.05 |",
     wanted(items={"type": "array", "items": wanted(name=TEXT, quantity=COUNT, price=NUMBER)}), "",
     {"items": [{"name": "Bolt M8", "quantity": 200, "price": 0.15}, {"name": "Nut M8", "quantity": 200,
      "price": 0.05}]}),
    ("choice by its label", "Ticket 17\nPriority: High\nCategory: Billing question",
     wanted(priority={"enum": ["low", "normal", "high"]}, category={"enum": ["billing", "technical", "other"]}), "",
     {"priority": "high", "category": "billing"}),
    ("choice by the words", "The train to Rotterdam and two nights at the hotel.",
     wanted(category={"enum": ["travel", "meals", "software"]}), "", {"category": "travel"}),
    ("choice that nothing says", "See the attachment.", wanted(category={"enum": ["travel", "meals"]}), "", {}),
    ("yes and no", "Urgent: yes\nReceipts attached: no", wanted(urgent=YES, receipts_attached=YES), "",
     {"urgent": True, "receipts_attached": False}),
    ("yes by mention", "This is urgent, please answer today.", wanted(urgent=YES), "", {"urgent": True}),
    ("no by denial", "This is not urgent at all.", wanted(urgent=YES), "", {"urgent": False}),
    ("counts with units", "We book 12 seats for 30 "
                          "days.", wanted(seats=COUNT, days=COUNT), "", {"seats": 12, "days": 30}),
    ("hours and rate", "Consultant: Lea Brandt\nHours: 37.5\nHourly rate: $120.00\nTotal: $4,500.00",
     wanted(consultant=TEXT, hours=NUMBER, total=NUMBER), "", {"consultant": "Lea Brandt", "hours": 37.5,
      "total": 4500}),
    ("labels that no list knows", "Project code: HX-12\nShoe size: 43\nFavourite colour: dark green",
     wanted(projectCode=TEXT, shoe_size=COUNT, favouriteColour=TEXT), "",
     {"projectCode": "HX-12", "shoe_size": 43, "favouriteColour": "dark green"}),
    ("description names it", "Kostenstelle: 4410\n"
                             "Grund: Messe", wanted(cc={**TEXT, "description": "Cost centre"}), "", {"cc": "4410"}),
    ("bank", "IBAN: DE89 3704 0044 0532 0130 00\nBIC: COBADEFFXXX\nVAT ID: DE123456789\nPhone: +49 30 1234567\n"
             "Web: https://acme.example/pay",
     wanted(iban=TEXT, bic=TEXT, vatId=TEXT, phone=TEXT, website={"type": "string", "format": "uri"}), "",
     {"iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX", "vatId": "DE123456789", "phone": "+49 30 1234567",
      "website": "https://acme.example/pay"}),
    ("instant", "Meeting at 2026-03-03T10:30:00Z in room "
                "4", wanted(meeting_time={"type": "string", "format": "date-time"}), "",
     {"meeting_time": "2026-03-03T10:30:00Z"}),
    ("period", "Period: 9 March 2026 to 11 March 2026", wanted(start_date=DATE, end_date=DATE), "",
     {"start_date": "2026-03-09", "end_date": "2026-03-11"}),
    ("all addresses", "Please invite a@x.example, b@y.example and "
                      "c@z.example.", wanted(emails={"type": "array", "items": MAIL}), "",
     {"emails": ["a@x.example", "b@y.example", "c@z.example"]}),
    ("list behind a label", "Attendees: Ann, Ben and Carla\n"
                            "Place: Rome", wanted(attendees={"type": "array", "items": TEXT}), "",
     {"attendees": ["Ann", "Ben", "Carla"]}),
    ("delivery address", "Ship to:\nExample Corp\n5 Foundry Lane\nLeeds\n\n"
                         "Total: 5.00 USD", wanted(delivery_address=TEXT), "",
     {"delivery_address": "Example Corp 5 Foundry Lane Leeds"}),
    ("bounds of the schema", "Total: $12,000.00", wanted(total={"type": "number", "maximum": 10000}), "", {}),
    ("whole numbers only", "Total: $12,000.50", wanted(total=COUNT), "", {}),
    ("nullable", "Total: $12.50", wanted(total={"anyOf": [NUMBER, {"type": "null"}]}), "", {"total": 12.5}),
    ("reference", "PO number: 4500012345\n"
                  "Your ref: K-17", wanted(order_number=TEXT), "", {"order_number": "4500012345"}),
    ("order and invoice number", "Invoice INV-9 for your purchase order "
                                 "PO-20417", wanted(po_number=TEXT, invoice_number=TEXT), "",
     {"po_number": "PO-20417", "invoice_number": "INV-9"}),
    ("an amount as text", "Grand total: EUR 1.250,00", wanted(total=TEXT), "", {"total": "EUR 1.250,00"}),
    ("a structured input", "employee name: Dana\nemployee email: dana@example.com\namount: 4999.5\n",
     wanted(employee=TEXT, email=MAIL, amount=NUMBER), "State the employee, the employee's e-mail and the amount.",
     {"employee": "Dana", "email": "dana@example.com", "amount": 4999.5}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "schema", "prompt", "values"), [row[1:] for row in PAPERS], ids=[row[0] for row in PAPERS]
)
def test_paper(text: str, schema: Object, prompt: str, values: Object) -> None:
    assert extract(text, schema, prompt).values == values
