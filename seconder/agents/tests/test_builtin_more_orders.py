"""More orders and invoices, in the words of people who do not fill in forms."""

import pytest

from seconder.agents.builtin import extract
from seconder.core.json import Object

PROMPT = "Read the order and state the vendor, the vendor's e-mail address and the total."
SCHEMA: Object = {
    "type": "object",
    "required": ["vendor", "email", "total"],
    "properties": {"vendor": {"type": "string"}, "email": {"type": "string"}, "total": {"type": "number"}},
}
ORDERS: list[tuple[str, str, str, float | None]] = [
    (
        "Hi finance, we need to buy a new coffee machine from Barista Pro. It costs 10,001 USD. You can "
        "reach them at sales@baristapro.example. Cheers, Dana",
        "Barista Pro", "sales@baristapro.example", 10001,
    ),
    (
        "PURCHASE ORDER\nPO Number: 2026-0417\nDate: 04/12/2026\n\nVENDOR\nNorthwind Traders\n123 Main Street\n"
        "Springfield, IL 62704\nPhone: (217) 555-0134\nEmail: orders@northwind.example\n\nSHIP TO\n"
        "Example Inc.\n500 Market St\nap@example.com\n\nITEM  DESCRIPTION  QTY  UNIT PRICE  TOTAL\n"
        "1  Laptop 14\"  8  1,150.00  9,200.00\n2  Dock  8  99.00  792.00\n\nSUBTOTAL 9,992.00\nTAX 7.00\n"
        "TOTAL 9,999.00",
        "Northwind Traders", "orders@northwind.example", 9999,
    ),
    (
        "Order #5567\nSold by: Gadget Galaxy\nContact us: support@gadgetgalaxy.example\n"
        "Order Total: $10,001.00",
        "Gadget Galaxy", "support@gadgetgalaxy.example", 10001,
    ),
    (
        "Dear Sir or Madam,\n"
        "please find attached our invoice 2026-88 for the consulting services in February.\n"
        "The amount of EUR 7.500,00 is payable within 14 days.\nYours faithfully\nHanna Vogel\n"
        "Vogel Beratung GmbH\nhanna@vogel-beratung.example",
        "Vogel Beratung GmbH", "hanna@vogel-beratung.example", 7500,
    ),
    (
        "From: billing@cloudnine.example\nTo: dana@example.com\n"
        "Subject: Invoice 7781 from CloudNine Hosting\n\nYour invoice for March is ready.\n\n"
        "Hosting plan    $900.00\nBackup          $100.00\nTotal           $1,000.00\n\nThank you,\n"
        "CloudNine Hosting",
        "CloudNine Hosting", "billing@cloudnine.example", 1000,
    ),
    (
        "vendor=Acme Tools;email=acme@tools.example;total=9999",
        "Acme Tools", "acme@tools.example", 9999,
    ),
    (
        "Supplier name: Papyrus Ltd.\nSupplier contact: Mary Lee, mary@papyrus.example\n"
        "Total value of order: GBP 10,001.00",
        "Papyrus Ltd.", "mary@papyrus.example", 10001,
    ),
    (
        "We hereby order from Möbelhaus Schmidt KG (info@moebelhaus-schmidt.example) 20 Schreibtische "
        "zum Gesamtpreis von 11.980,00 EUR inkl. MwSt.",
        "Möbelhaus Schmidt KG", "info@moebelhaus-schmidt.example", 11980,
    ),
    (
        "Purchase request\nRequester: Dana (dana@example.com)\nSupplier: Lab Instruments AG\n"
        "Supplier email: order@labinstruments.example\nEstimated budget: 15,000 CHF\n"
        "Quoted price: 12,350 CHF",
        "Lab Instruments AG", "order@labinstruments.example", 12350,
    ),
    (
        "Please approve PO-901. Vendor is Hillside Farms, e-mail farm@hillside.example. Lines: 10 "
        "crates apples 35.00 = 350.00; 4 crates pears 40.00 = 160.00. Order total = 510.00 USD.",
        "Hillside Farms", "farm@hillside.example", 510,
    ),
    (
        "Acme GmbH\nIndustriestr. 5, 70565 Stuttgart\norders@acme.example\n\nAuftragsbestätigung 4711\n"
        "Summe netto 8.403,36 €\nzzgl. 19% USt 1.596,64 €\nEndbetrag 10.000,00 €",
        "Acme GmbH", "orders@acme.example", 10000,
    ),
    (
        "TOTAL: 10001\nVENDOR: ACME\nEMAIL: a@acme.example",
        "ACME", "a@acme.example", 10001,
    ),
    (
        "An order for $9,999 with Vertex Labs. vertex@vertexlabs.example",
        "Vertex Labs", "vertex@vertexlabs.example", 9999,
    ),
    (
        "The vendor is Orchid & Co., their mail is orchid@orchid.example and the total is 10,000.50 "
        "euros.",
        "Orchid & Co.", "orchid@orchid.example", 10000.5,
    ),
    (
        "Invoice from: Sparkle Cleaning Services\nInvoice to: Example GmbH\n"
        "Sparkle e-mail: office@sparkle.example\nNet 800.00\nVAT 152.00\nGross 952.00",
        "Sparkle Cleaning Services", "office@sparkle.example", 952,
    ),
    (
        "Order confirmation\n\nThank you for your order at Book Barn!\nOrder number: BB-2231\n"
        "Items (3): $120.00\nShipping: $5.00\nTotal before tax: $125.00\nEstimated tax: $10.00\n"
        "Order total: $135.00\nquestions: help@bookbarn.example",
        "Book Barn", "help@bookbarn.example", 135,
    ),
    (
        "PO: 7781\nVendor Name: Jade Garden Supplies\nVendor Contact: Lin Wu\n"
        "Vendor E-Mail Address: lin@jade.example\nBuyer: Bob\nBuyer E-mail: bob@example.com\n"
        "Total Amount (USD): 12,001.50",
        "Jade Garden Supplies", "lin@jade.example", 12001.5,
    ),
    (
        "We got a quotation by Steelworks Ltd (quote@steelworks.example) for 3 beams. Unit price: "
        "$4,000.00. Total price: $12,000.00. Validity 30 days.",
        "Steelworks Ltd", "quote@steelworks.example", 12000,
    ),
    (
        "Purchase Order\nTo: Maple Furniture\nmaple@maplefurniture.example\n"
        "From: Example Corp, ap@example.com\nAmount: USD 8,800.00",
        "Maple Furniture", "maple@maplefurniture.example", 8800,
    ),
    (
        "Vendor: Tidal Energy\nVendor email: ops@tidal.example\nTotal: $10,000",
        "Tidal Energy", "ops@tidal.example", 10000,
    ),
    (
        "Total amount due: US$ 23,400\nPayable to: Bayside Movers LLC\n"
        "Remittance advice to: ar@bayside.example",
        "Bayside Movers LLC", "ar@bayside.example", 23400,
    ),
    (
        "PO-2026-19 | Supplier: Iron Fox | sales@ironfox.example | 250 units @ $39.99 | Total $9,997.50",
        "Iron Fox", "sales@ironfox.example", 9997.5,
    ),
    (
        "Supplier: Glacier Water Co.\nE-mail: glacier@water.example\nMonthly total: $900.00\n"
        "Annual total: $10,800.00",
        "Glacier Water Co.", "glacier@water.example", None,
    ),
    (
        "Bonjour, veuillez trouver notre facture n° 221. Montant total : 9 999,00 €. Cordialement, "
        "Boulangerie Petit SARL, contact@petit.example",
        "Boulangerie Petit SARL", "contact@petit.example", 9999,
    ),
    (
        "Order: 12 x chairs à 79,90 EUR = 958,80 EUR; Versand 29,00 EUR; Gesamtsumme 987,80 EUR. "
        "Lieferant Stuhlwerk, mail@stuhlwerk.example",
        "Stuhlwerk", "mail@stuhlwerk.example", 987.8,
    ),
    (
        "vendor: 'Nimbus'\nemail: nimbus@nimbus.example\ntotal: 9,999.99 $",
        "Nimbus", "nimbus@nimbus.example", 9999.99,
    ),
    (
        "Purchase order 66 for Lakeside Print. Their email: print@lakeside.example. We will pay $4,200 "
        "now and $6,300 on delivery, $10,500 altogether.",
        "Lakeside Print", "print@lakeside.example", 10500,
    ),
    (
        "Re: order\n\nGood morning,\n\n"
        "Everest Outfitters here. Your 60 jackets come to a total of $7,740.00 (shipping included). "
        "Reply to orders@everest.example to confirm.",
        "Everest Outfitters", "orders@everest.example", 7740,
    ),
    (
        "Vendor: Sol & Mar S.L.\nCorreo: hola@solymar.example\nImporte total: 10.001,00 €",
        "Sol & Mar S.L.", "hola@solymar.example", 10001,
    ),
    (
        "PO # 1002\nDate: 2026-05-01\nSupplier: Redwood Timber Company\n"
        "Attn: Paul Redwood <paul@redwood.example>\nDescription: 40 oak beams\nAmount: 10,001.00\n"
        "Currency: USD",
        "Redwood Timber Company", "paul@redwood.example", 10001,
    ),
    (
        "Hello, I'd like to get approval to purchase the annual license of DesignSuite from Pixel Forge "
        "Inc. The price is $14,400 per year. Vendor contact: licenses@pixelforge.example",
        "Pixel Forge Inc.", "licenses@pixelforge.example", 14400,
    ),
    (
        "Supplier:   Blue Whale Seafood\n            12 Dock Road\n            Portsmouth\n"
        "E-mail:     orders@bluewhale.example\nTotal:      £ 6,250.00",
        "Blue Whale Seafood", "orders@bluewhale.example", 6250,
    ),
    (
        "Order of 2026-03-02\n\nVendor .......: Crystal Glassworks\nE-mail .......: crystal@glass.example\n"
        "Total ........: 10 500.00 USD",
        "Crystal Glassworks", "crystal@glass.example", 10500,
    ),
    (
        "Purchase order PO-78 from Acme GmbH (orders@acme.example), total 9999 USD",
        "Acme GmbH", "orders@acme.example", 9999,
    ),
    (
        "Acme GmbH, orders@acme.example, PO-5, 12480.00 USD",
        "Acme GmbH", "orders@acme.example", 12480,
    ),
    (
        "Purchase order PO-1 to Widget World <po@widgetworld.example> amounting to USD 10,000.00",
        "Widget World", "po@widgetworld.example", 10000,
    ),
    (
        "Vendor ACME Corp total $10,001 email orders@acme.example",
        "ACME Corp", "orders@acme.example", 10001,
    ),
    (
        "The total of purchase order 12 with Globex Corporation is 15,250.75 EUR. Globex can be "
        "contacted at purchasing@globex.example.",
        "Globex Corporation", "purchasing@globex.example", 15250.75,
    ),
    (
        "Purchase order from Initech. Amount: $20,000. Contact: bill@initech.example",
        "Initech", "bill@initech.example", 20000,
    ),
    (
        "Order: 5 licenses at 1,999.80 USD each, total 9,999.00 USD. Vendor: Umbrella Software, "
        "licensing@umbrella.example",
        "Umbrella Software", "licensing@umbrella.example", 9999,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vendor", "email", "total"), ORDERS)
def test_order(text: str, vendor: str, email: str, total: float | None) -> None:
    wanted = {"vendor": vendor, "email": email, "total": total}
    found = extract(text, SCHEMA, PROMPT)
    assert found.values == {name: value for name, value in wanted.items() if value is not None}
