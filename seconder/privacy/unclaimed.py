"""The clauses of the policy that this build does not cover, with the reason. They are claimed nowhere."""

from __future__ import annotations

_LATER = "it comes with a later part of the product, and nothing of it exists yet"
_HIRING = "this version knows no applicants"
_MONEY = "this version takes no payments"
_PHONE = "this version sends no text messages"
_PARTS = "work on it has begun, and this build does not claim it"
OPEN: dict[str, str] = {
    **dict.fromkeys(
        ["C-03", "C-04", "C-09", "V-04", "G-15", "S-04", "D-02", "G-08", "R-03", "R-08", "E-01"], _LATER
    ),
    **dict.fromkeys((*(f"J-{number:02}" for number in range(1, 19)), "G-16"), _HIRING),
    **dict.fromkeys(["V-15", "V-16", "V-17", "G-05"], _MONEY),
    **dict.fromkeys(["C-07", "R-05", "G-07"], _PHONE),
    **dict.fromkeys(
        [
            "V-01",
            "V-02",
            "V-05",
            "V-13",
            "V-19",
            "T-05",
            "T-06",
            "R-01",
            "R-04",
            "R-10",
            "R-11a",
            "R-11b",
            "R-11c",
            "R-11d",
            "R-12",
            "R-13",
            "R-14",
            "X-01",
            "X-02",
            "G-09",
            "G-14",
            "G-17",
        ],
        _PARTS,
    ),
    "T-03": "there is no app for phones",
    "T-10": "nobody gets data for advertising, so there is nothing to signal",
    "G-18": "nothing here asks for sensitive data",
    "G-20": "nobody is offered anything for their data",
}
