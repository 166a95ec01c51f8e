"""Words for the things that business papers name, brought to one token each, in a few languages.

`total`, `Gesamtbetrag` and `amount due` become the same token, so a label and a property name are compared
as two small sets. Words that are not listed stand for themselves, without their plural.
"""

import re
from functools import lru_cache
from typing import Final

Tokens = frozenset[str]


def words_of(text: str) -> Tokens:
    return frozenset(text.split())


_WORDS: Final = {
    "total": "totals gesamt gesamtbetrag gesamtsumme gesamtpreis endbetrag endsumme rechnungsbetrag"
    " rechnungssumme auftragssumme bestellsumme bestellwert auftragswert zahlbetrag totaal totale summe payable"
    " owed owing łącznie razem",
    "amount": "amounts sum betrag montant importe importo bedrag price cost costs value worth preis kosten"
    " figure charge charges",
    "subtotal": "subtotals zwischensumme nettobetrag nettosumme net netto sous-total warenwert pretax",
    "gross": "brutto bruttobetrag ttc",
    "tax": "taxes vat gst hst pst mwst ust umsatzsteuer mehrwertsteuer tva iva btw salestax moms",
    "shipping": "freight postage handling versand versandkosten fracht livraison verzendkosten carriage",
    "discount": "discounts rebate rabatt skonto remise reduction savings nachlass",
    "deposit": "prepayment downpayment anzahlung vorauszahlung acompte",
    "advance": "advances vorschuss",
    "paid": "received bezahlt",
    "limit": "maximum minimum threshold ceiling budget cap limits limited limitation limitations limiting capped",
    "previous": "prior earlier last old former superseded bisher original quotation-only outdated vorherige",
    "estimate": "estimated estimates approximately approx roughly circa ca schätzung",
    "unit": "each einzelpreis stückpreis einheit",
    "vendor": "vendors supplier suppliers seller sellers merchant lieferant verkäufer anbieter fournisseur"
    " proveedor vendeur fornitore leverancier payee creditor retailer provider contractor dealer shop store"
    " auftragnehmer rechnungssteller manufacturer lieferantin dienstleister vendedor sprzedawca",
    "buyer": "buyers customer customers client clients purchaser kunde kundin käufer besteller auftraggeber"
    " rechnungsempfänger consignee acheteur cliente klant",
    "employee": "employees claimant traveller traveler requester requestor mitarbeiter mitarbeiterin staff"
    " applicant submitter antragsteller salarié",
    "manager": "supervisor boss vorgesetzter vorgesetzte approver",
    "sender": "absender",
    "recipient": "empfänger addressee",
    "contact": "ansprechpartner attention attn contacts",
    "email": "e-mail emails e-mails mail mails mailbox courriel",
    "phone": "telephone tel telefon mobile cell fax telefonnummer fon ph handy téléphone",
    "name": "names namen nom nombre",
    "address": "adresse anschrift street adresses",
    "number": "no nr num nos numbers id ids identifier reference ref nummer № numéro número numero #"
    " referenz ref.nr nº n° code",
    "date": "dates datum dated fecha on day",
    "order": "orders bestellung bestellungen auftrag purchaseorder po p.o commande pedido ordine bestelling",
    "invoice": "invoices bill rechnung facture factura fattura factuur inv",
    "quote": "quotes quotation offer angebot devis offerte proposal",
    "due": "deadline fällig fälligkeit échéance vencimiento zahlbar payby overdue",
    "delivery": "deliver delivered deliveries lieferung liefertermin lieferdatum lieferdatum ship shipped"
    " arrival dispatch livraison",
    "start": "starts begin begins beginning commencement beginn effective arrival checkin von",
    "end": "ends ending until till expiry expires expiration expire bis through checkout termination",
    "currency": "währung devise moneda valuta",
    "quantity": "qty quantities units pieces pcs menge anzahl stück count pc stk ea amountof",
    "description": "item items article artikel product products bezeichnung beschreibung désignation"
    " service services position goods what details particulars",
    "sku": "articleno itemno artikelnummer part",
    "percent": "percentage rate rates satz prozent",
    "purpose": "reason zweck anlass grund motif justification subject",
    "category": "categories kategorie type kind class",
    "priority": "urgency priorität",
    "department": "dept abteilung team division",
    "company": "organisation organization firm firma business unternehmen corporation société entity",
    "website": "url uri link homepage web site",
    "iban": "",
    "bic": "swift",
    "country": "land pays país",
    "city": "town stadt ort",
    "terms": "conditions zahlungsbedingungen zahlungsziel",
    "payment": "payments pay zahlung paiement",
    "summary": "synopsis abstract overview zusammenfassung gist",
    "clause": "clauses provision provisions klausel",
    "quotation": "quoted verbatim excerpt passage",
    "hours": "hour hrs stunden",
    "days": "tage jours",
    "liability": "liabilities liable haftung",
    "claimed": "claim claims reimburse reimbursement reimbursed refund erstattung",
    "expense": "expenses spesen auslagen",
    "contract": "agreement contracts vertrag",
    "law": "laws jurisdiction recht",
    "governing": "governed applicable",
    "location": "place venue site",
    "project": "projekt projects",
    "message": "body content",
}
# Phrases are replaced before words; longer ones first.
_PHRASES: Final = {
    r"sub[- ]?totals?|net (?:total|amount|sum|value|price)|total net|(?:total|amount|sum|price)[ ,(]+"
    r"(?:net|netto|ht|excl\w*\.?(?: of)?|excluding|exclusive of|without|before|w/o|ohne|hors|zzgl\.?|plus)"
    r"[ (]*(?:\d+(?:[.,]\d+)? ?% ?)?(?:sales )?(?:tax(?:es)?|vat|gst|mwst|ust|tva|iva|btw)?\b"
    r"|excl\w*\.? (?:vat|tax|gst|mwst|ust)|before tax(?:es)?|goods (?:total|value)|lines? total"
    r"|(?:page|line|item|section|sheet) totals?|carried (?:forward|over)|brought forward|übertrag": "subtotal",
    r"(?:,? ?\(?(?:incl\w*\.?|inclusive of|inkl\w*\.?|with|after|mit|all|plus)(?: of)? (?:\d+(?:[.,]\d+)? ?% ?)?"
    r"(?:all |any |sales |gesetzl\w*\.? )?(?:tax(?:es)?|vat|gst|mwst|ust|tva|iva|btw)\)?)": "gross",
    r"(?:incl\w*\.?|inclusive of|with|after|inkl\w*\.?|plus|and|excl\w*\.?|excluding) (?:the )?(?:all |free )?"
    r"(?:delivery|shipping|freight|postage|handling|versand|lieferung|discounts?|everything|fees)"
    r"(?: (?:and|&) (?:\w+))?": "",
    r"total due|total payable|total (?:now )?to (?:be )?(?:pay|paid|transfer)|(?:total )?amount (?:now )?(?:due"
    r"|payable|owed"
    r"|owing)|balance (?:due|payable|owing)|amount to (?:be )?(?:pay|paid|transfer)|total (?:amount )?(?:now )?due"
    r"|net (?:payable|to pay)|net à payer|zu zahlen(?:der betrag)?|please (?:pay|transfer|remit)|te betalen"
    r"|totale? (?:da pagare|a pagar)|payment due:": "total topay",
    r"grand total|total ttc|final (?:total|amount|price)|(?:invoice|order) total|total (?:of )?(?:this |the )?(?:order"
    r"|invoice|purchase)|total order (?:value|amount)|contract (?:value|sum|price)|gesamt(?:betrag"
    r"|summe)? (?:brutto|inkl)"
    r"|total (?:reimbursement|claimed|claim|expenses|costs?|price|value|sum)": "total final",
    r"total amount|total value|(?:order|invoice|purchase) (?:value|amount|sum)|in total|all[- ]in|altogether"
    r"|comes? to|adds? up to|amounts? to|amounting to|totall?ing|totals|insgesamt|overall|sum total": "total",
    r"unit (?:price|cost|rate)|price (?:per|each|/)(?: (?:unit|piece|item|pc))?|per (?!cent|year|annum)(?:[a-z]+"
    r"|unit|piece|item|month|hour|day"
    r"|seat|user|night|pc|kg|box|night)|a (?:month|piece|week)|p\.a\.|pro stück|je stück"
    r"|prix unitaire": "unit price",
    r"(?:tax|vat|gst|mwst|ust) ?(?:rate|%|percent)": "tax percent",
    r"sales tax(?:es)?": "tax",
    r"(?:vat|tax|ust|gst)[-. ]*(?:id|reg\w*|no|nr|number|idnr)\b\.?(?: ?(?:no|nr|number)\b\.?)?|ust-?id(?:-?nr)?"
    r"|ein\b|steuernummer": "taxid",
    r"tax (?:point|date)": "invoice date",
    r"bill(?:ed)? to|ship(?:ped|ping)? to|sold to|deliver(?:y|ed)? to|invoice(?:d)? to|ordered by|charge to"
    r"|rechnung an|lieferung an|purchased by|on behalf of": "buyer",
    r"(?:delivery|shipping|billing|ship-to|bill-to) address|lieferanschrift|rechnungsanschrift"
    r"|lieferadresse": "buyer address",
    r"sold by|billed by|issued by|invoiced by|supplied by|remit(?:tance)? to|pay(?:able)? to|bill from"
    r"|invoice from|order(?:ed)? from|purchased? from|bought from|quote from|offer from|from vendor"
    r"|service provider|order (?:is )?with|placed with|payment to|made (?:out )?to": "vendor",
    r"submitted by|claimed by|filed by|requested by|prepared by|raised by|request from|claim (?:of|by"
    r"|from)": "employee",
    r"approved by|approval by|line manager|approving manager": "manager",
    r"due (?:date|on|by)|pay(?:able)?(?:ment)? (?:by|due|date|until|before)|date due|zahlbar bis|fällig am"
    r"|payment deadline|to be paid by|due for payment|settle by": "due date",
    r"(?:needed|required|wanted) by|deliver(?:y|ed)? (?:by|on|before|until|date)|ship(?:ping|ment)? (?:by|date)"
    r"|delivery due|arrives? (?:on|by)|expected (?:on|delivery)|lieferung bis": "delivery date",
    r"(?:start|starts|starting|begins?|commenc\w+)(?: (?:on|from|date))?|effective (?:date|from|as of)|valid from"
    r"|check[- ]?in|departure|date from": "start date",
    r"(?:end|ends|ending)(?: (?:on|date))?|valid (?:until|to|through)|expir(?:es|y|ation)(?: (?:on|date))?"
    r"|check[- ]?out|date to|date of return|return date": "end date",
    r"date of (?:issue|order|invoice)|issue(?:d)? (?:on|date)?\b": "date issued",
    r"purchase order|p\.o\.|bestell(?:ung)?s?-?(?:nummer|nr)\.?|auftrags?-?(?:nummer|nr)\.?|commande n°"
    r"|bon de commande|orden de compra": "order number?",
    r"rechnungs?-?(?:nummer|nr)\.?|facture n°": "invoice number",
    r"angebots?-?(?:nummer|nr)\.?": "quote number",
    r"kunden-?(?:nummer|nr)\.?": "buyer number",
    r"rechnungsdatum": "invoice date",
    r"bestelldatum|auftragsdatum": "order date",
    r"fälligkeitsdatum|zahlungsziel am": "due date",
    r"e-?mail(?:[- ]?(?:address|adresse))?|mail address": "email",
    r"(?:tele)?phone (?:number|no\.?)|tel\.?|mobile (?:number|phone)": "phone",
    r"cost (?:cent(?:er|re)|code)|kostenstelle": "costcentre",
    r"notice period|period of notice": "notice period",
    r"of which|thereof|davon|darunter|dont": "part",
    r"(?:upper|credit|spending|approval|order) limit|(?:up to|at most|no more than|maximum of|more than|exceed\w*"
    r"|(?:orders|amounts|invoices|purchases|expenses|anything|everything|all|those|sums) over|above|below|under"
    r"|at least|minimum of|orders? (?:over|above|of more than))": "limit",
    r"(?:previous|prior|earlier|last|old|former)(?: year'?s?| month'?s?)?|instead of|was|reduced from|used to be"
    r"|no longer valid|not valid|originally|formerly|compared (?:to|with)|superseded|cancelled|canceled": "previous",
}
_STOP: Final = words_of(
    "the a an of for to in is are be and or as at your our my their his her its this that these those "
    "with please der die das des dem den ein eine für und von zu im le la les de du des el los per s it "
    "we you i they by from has have had will would shall can may been me us all any new"
)
WEIGHTS: Final = {
    "name": 0.25, "number": 0.6, "date": 0.6, "amount": 0.6, "order": 0.45, "invoice": 0.45, "purchase": 0.25,
    "document": 0.2, "details": 0.1, "address": 0.5, "company": 0.5, "final": 0.05, "topay": 0.25, "gross": 0.05,
    "type": 0.4,
    "payment": 0.4, "full": 0.1, "current": 0.1, "issued": 0.2, "contact": 0.6, "expense": 0.4,
    "claimed": 0.3, "reimbursement": 0.3, "contract": 0.4, "quote": 0.45, "quotation": 0.3, "report": 0.2,
    "subject": 0.5, "legal": 0.2,
    "unit": 1.2, "description": 0.8, "main": 0.1, "form": 0.2, "request": 0.3, "party": 0.3, "stated": 0.1,
}  # fmt: skip
ROLES: Final = frozenset({"vendor", "buyer", "employee", "manager", "sender", "recipient", "contact"})
# A label with one of these does not name the whole, nor a part that it does not mention.
MONEY_PARTS: Final = words_of(
    "subtotal tax shipping discount deposit advance paid limit previous estimate unit quantity percent "
    "hours days weight number date taxid insurance fee balance item part"
)
_WHOLE: Final = frozenset({"total", "amount"})
_QUALIFIERS: Final = frozenset(
    {"due", "delivery", "start", "end", "birth", "previous", "tax", "taxid", "limit"}
)

_CANON: Final = {word: token for token, words in _WORDS.items() for word in (token, *words.split())}
KNOWN: Final = frozenset(_CANON.values()) | {
    "taxid",
    "costcentre",
    "final",
    "gross",
    "issued",
    "topay",
    "part",
}
_PHRASE_LIST: Final = [
    (re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)"), f" {tokens.replace('?', '')} ")
    for pattern, tokens in _PHRASES.items()
]
_ANY_PHRASE = re.compile(rf"(?<![\w-])(?:{'|'.join(_PHRASES)})(?!\w)")
_CAMEL = re.compile(r"(?<=[a-zäöü0-9])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_WORD = re.compile(r"[#№%]|[^\W\d_][\w.°º'’-]*|\d+")


def weight(token: str) -> float:
    return WEIGHTS.get(token, 1.0)


@lru_cache(maxsize=8192)
def tokens_of(text: str) -> Tokens:
    """The tokens of a label, a property name or a few words of prose."""
    return frozenset(token for token in token_list(text))


@lru_cache(maxsize=8192)
def token_list(text: str) -> tuple[str, ...]:
    """The same in the order of the words; stop words are left out."""
    spaced = _CAMEL.sub(" ", text).lower()
    if _ANY_PHRASE.search(spaced):
        for pattern, tokens in _PHRASE_LIST:
            spaced = pattern.sub(tokens, spaced)
    found = (_canonical(word) for word in _WORD.findall(spaced))
    return tuple(token for token in found if token)


@lru_cache(maxsize=16384)
def _canonical(word: str) -> str:
    word = word.rstrip(".'’-")
    word = word.removesuffix("'s").removesuffix("’s")
    if word in _CANON:
        return _CANON[word]
    if word in _STOP or not word:
        return ""
    if word == "%":
        return "percent"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _CANON.get(word, word)


def known(tokens: Tokens) -> Tokens:
    return tokens & KNOWN


def likeness(wanted: Tokens, label: Tokens, implied: Tokens = frozenset(), *, prose: bool = False) -> float:
    """How well a label's tokens name what is wanted, 0 to 1. `implied` tokens are said by the kind of the
    value itself (an address with @ needs no word for it). In prose, unknown words do not count against."""
    if not label or not wanted:
        return 0.0
    short = 1.0
    if wanted & _WHOLE and not wanted & MONEY_PARTS:
        if label & MONEY_PARTS:
            return 0.08
        if label & {"gross", "topay"} and not label & _WHOLE:
            label = label | {"total"}
        meant = "total" if "total" in label else "amount"
        short = 1.0 if meant == "total" else 0.88
        wanted, label = wanted - _WHOLE | {meant}, label - _WHOLE | (label & {meant})
        implied = implied - {meant}
    want, have = wanted - implied, label - implied
    if not want:
        return short * (1.0 if wanted & label or not have else max(0.35, 0.8 - 0.2 * sum(map(weight, have))))
    inter = sum(map(weight, want & have))
    if not inter:
        return 0.0
    missing = sum(map(weight, want - have))
    extra = sum(weight(token) for token in have - want if not prose or token in KNOWN)
    score = inter / (inter + 0.9 * missing + 0.45 * extra)
    if (have ^ want) & _QUALIFIERS:
        score *= 0.6
    if (want & ROLES) and (have & ROLES) and not want & have & ROLES:
        score *= 0.2
    return score * short
