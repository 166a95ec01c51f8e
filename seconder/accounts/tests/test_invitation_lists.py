"""Inviting many at once: whatever a spreadsheet writes, good lines among bad, a report for each."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope, scopes_disabled
from hypothesis import given
from hypothesis import strategies as st

from seconder.accounts.invitations import lists
from seconder.accounts.invitations.table import MOST, Line, read, report
from seconder.accounts.models import Invitation, InvitationList, Letter, Membership, Team
from seconder.core.refusals import Invalid, TooLarge
from seconder.testing import Cast, enter

PLAIN = [("a@x.example", "member", "finance", "Hello"), ("b@x.example", "", "", "")]


def _cells(lines: list[Line]) -> list[tuple[str, str, str, str]]:
    return [(line.email, line.role, line.team, line.message) for line in lines]


@pytest.mark.parametrize(
    "content",
    [
        b"email,role,team,message\na@x.example,member,finance,Hello\nb@x.example,,,\n",
        b"\xef\xbb\xbfemail,role,team,message\r\na@x.example,member,finance,Hello\r\nb@x.example\r\n",
        b"Email;Role;Team;Message\r\na@x.example;member;finance;Hello\r\n;;;\r\nb@x.example;;;\r\n",
        b"email\trole\tteam\tmessage\na@x.example\tmember\tfinance\tHello\nb@x.example\t\t\t",
        b"team,email,message,role\nfinance,a@x.example,Hello,member\n\n\n,b@x.example,,\n",
        b'"email","role","team","message"\n" a@x.example ","member","finance","Hello"\n"b@x.example"\n',
        b"a@x.example,member,finance,Hello\nb@x.example\n",
        "\ufeffemail,role,team,message\na@x.example,member,finance,Hello\nb@x.example,,,".encode("utf-16-le"),
    ],
    ids=["plain", "mark and CRLF", "semicolons", "tabs", "other order", "quotes", "no header", "utf-16"],
)
def test_it_is_read_whatever_wrote_it(content: bytes) -> None:
    assert _cells(read(content)) == PLAIN


def test_lines_are_numbered_as_in_the_file_and_text_may_go_over_several() -> None:
    lines = read(b'email,message\na@x.example,"Hello,\nyou ""two"""\n\nb@x.example,\n')
    assert [(line.line, line.message) for line in lines] == [(2, 'Hello,\nyou "two"'), (5, "")]


def test_what_is_wrong_with_a_line_is_said_there() -> None:
    lines = read(
        b"email,role\na@x.example,member\nA@X.example,viewer\nb@x.example,member,more\nc\x00@x.example,x\n"
    )
    assert [line.said[:24] for line in lines] == [
        "",
        "This address stands in l",
        "This line has more than ",
        "This line holds a charac",
    ]
    assert "line 2 already" in lines[1].said
    assert lines[3].email == "c@x.example"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing in this list"),
        (b"\n\r\n ,,\n", "nothing in this list"),
        (b"name,role\nx,member\n", "no “email” in it"),
        (b"email,salary\nx@x.example,1\n", "a column 'salary'"),
        (b"email,email\nx@x.example,1\n", "stands twice"),
        (b"email\nJos\xe9@x.example\n", "Line 2 is in another encoding"),
        (b"\xff\xfe\x00", "in another encoding"),
        (b'email,message\nx@x.example,"' + b"y" * 200_000 + b'"', "cannot be read as CSV"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why.replace("'", ".")):
        read(content)


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge, match="10001 lines"):
        read(b"email\n" + b"x@x.example\n" * (MOST + 1))
    with pytest.raises(TooLarge, match="4 MB"):
        read(b"x" * (4 * 1024 * 1024 + 1))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_breaks_the_reader(content: bytes) -> None:
    try:
        lines = read(content)
    except (Invalid, TooLarge):
        return
    assert all(isinstance(cell, str) and "\x00" not in cell for line in lines for cell in _cells([line])[0])


@given(st.lists(st.builds(Line, st.integers(1, 9), *[st.text(max_size=20)] * 6), max_size=4))
def test_no_cell_of_a_report_is_a_formula(lines: list[Line]) -> None:
    text = "".join(report(lines)).removeprefix("\ufeff")
    for row in list(csv.reader(io.StringIO(text, newline="")))[1:]:
        assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") for cell in row)


def _work(one: InvitationList) -> list[float]:
    """What the worker does, job by job; the seconds that each took."""
    took = []
    while InvitationList._base_manager.get(pk=one.pk).status != "succeeded":
        begun = time.monotonic()
        lists.go_on(one.pk)
        took.append(time.monotonic() - begun)
    return took


def _give(client: Client, content: bytes) -> InvitationList:
    given = client.post("/demo/invitations/lists/new/", {"file": SimpleUploadedFile("people.csv", content)})
    assert given.status_code == 303, given.content.decode()
    with scopes_disabled():
        return InvitationList.objects.get(pk=given["Location"].split("/")[-2])


@pytest.mark.django_db
def test_each_line_stands_for_itself(cast: Cast, client: Client) -> None:
    admin = enter(client, cast.add("ada", "admin"))
    content = b"""email,role,team,message
new@x.example,reviewer,finance,Welcome
plain@x.example,,,
no address,member,,
bob@example.com,member,,
new@x.example,member,,
boss@x.example,owner,,
odd@x.example,king,,
team@x.example,member,night shift,
nights@x.example,member,nights,
=cmd()@x.example,member,,
"""
    one = _give(admin, content)
    _work(one)
    page = admin.get(f"/demo/invitations/lists/{one.pk}/").content.decode()
    assert "4 invited" in page or "4</span>" in page
    rows = {
        row["line"]: row
        for row in csv.DictReader(
            io.StringIO(admin.get(f"/demo/invitations/lists/{one.pk}/report/").content.decode("utf-8-sig"))
        )
    }
    said = {line: row["said"] for line, row in rows.items() if row["outcome"] == "refused"}
    for line, why in {
        "4": "is not an e-mail address",
        "5": "is a member here already",
        "6": "stands in line 2 already",
        "7": "You cannot give the role owner",
        "8": "There is no role 'king' here",
        "9": "'night shift' is no team",
        "11": "is not an e-mail address" if "11" in said else "",
    }.items():
        assert why in said.get(line, ""), line
    assert {row["outcome"] for row in rows.values()} == {"invited", "refused"}
    assert rows["11"]["email"] == "'=cmd()@x.example"
    with scope(organization=cast.demo.pk):
        invited = {one.email: one for one in Invitation.objects.all()}
        assert set(invited) >= {"new@x.example", "plain@x.example", "nights@x.example"}
        assert (invited["new@x.example"].role, invited["plain@x.example"].role) == ("reviewer", "member")
        assert Team.objects.filter(name="nights").exists()
        assert not Team.objects.filter(name__contains="night ").exists()
    assert Letter.objects.count() == len(invited)


@pytest.mark.django_db
def test_ten_thousand_lines_with_bad_ones_among_them(cast: Cast, client: Client) -> None:
    alice = enter(client, cast.alice)
    good = {7, 1_234, 5_000, 9_999}
    rows = [f"p{n}@x.example,member,," if n in good else f"p{n} at x.example,member,," for n in range(MOST)]
    begun = time.process_time()  # of our own work, as other tests keep the machine busy beside it
    one = _give(alice, ("email,role,team,message\n" + "\n".join(rows)).encode())
    took = time.process_time() - begun
    assert took < 1, f"giving the list took {took:.2f} s"
    parts = _work(one)
    assert max(parts) < 10 * lists.PART  # a worker is not held up for long
    with scope(organization=cast.demo.pk):
        assert Invitation.objects.count() == len(good)
        done = InvitationList.objects.get(pk=one.pk)
        assert Counter(line.outcome for line in lists.lines_of(done)) == {"invited": 4, "refused": MOST - 4}
    for query in ("", "?only=refused", "?only=invited", "?after=200"):
        begun = time.process_time()
        assert alice.get(f"/demo/invitations/lists/{one.pk}/{query}").status_code == 200
        assert time.process_time() - begun < 1


@pytest.mark.django_db
def test_doing_a_part_again_invites_nobody_twice(cast: Cast, client: Client) -> None:
    one = _give(enter(client, cast.alice), b"a@x.example\nb@x.example\n")
    for _time in range(3):
        lists.go_on(one.pk)
    assert Letter.objects.count() == 2


@pytest.mark.django_db
def test_who_may_not_invite_any_more_invites_nobody(cast: Cast, client: Client) -> None:
    ada = cast.add("ada", "admin")
    one = _give(enter(client, ada), b"a@x.example\n")
    with scopes_disabled():
        Membership.objects.filter(person=ada).update(role="viewer")
    _work(one)
    assert "your role is viewer" in lists.lines_of(InvitationList._base_manager.get(pk=one.pk))[0].said
    two = _give(enter(client, cast.alice), b"b@x.example\n")
    with scopes_disabled():
        Membership.objects.filter(person=cast.alice).update(is_active=False)
    _work(two)
    assert "not a member here" in lists.lines_of(InvitationList._base_manager.get(pk=two.pk))[0].said
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_lines_may_be_pasted_and_what_cannot_be_read_stays_in_the_form(cast: Cast, client: Client) -> None:
    alice = enter(client, cast.alice)
    there = "/demo/invitations/lists/new/"
    refused = alice.post(there, {"text": "name\nx\n"})
    assert refused.status_code == 422
    assert "The first line names the columns" in refused.content.decode()
    assert ">name\nx\n</textarea>" in refused.content.decode()
    assert alice.post(there, {"text": "a@x.example\r\nb@x.example"}).status_code == 303
    assert alice.post(there, {}).status_code == 422
    assert enter(Client(), cast.bob).get(there).status_code == 403
    assert enter(Client(), cast.charlie).get(there).status_code == 404
