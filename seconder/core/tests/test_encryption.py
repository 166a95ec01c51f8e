"""Free text at rest: readable under its person's key and this SECRET_KEY, in its own column, and not otherwise."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from pytest_django import Settings

from seconder.accounts.models import RepeatedCall
from seconder.core import encryption
from seconder.core.encryption import ERASED, CannotDecrypt, EncryptedText, decrypt, encrypt, keyring
from seconder.core.json import JSON
from seconder.core.models import DataKey

COLUMN = "runs_run.input"
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS.filter(lambda value: not isinstance(value, str) or _is_text(value)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text().filter(lambda k: _is_text(k)), inner, max_size=4)
    ),
    max_leaves=10,
)


def _is_text(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    keyring.forget()
    yield
    keyring.forget()


def call(answer: JSON, person: uuid.UUID | None = None) -> RepeatedCall:
    person = person or uuid.uuid4()
    return RepeatedCall.objects.create(
        caller_id=person, person_id=person, path="/", key=uuid.uuid4().hex, request_digest="", answer=answer
    )


def stored(row: RepeatedCall) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM accounts_repeatedcall WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db
@given(st.binary(max_size=2000))
@trying(max_examples=60)
def test_whatever_is_written_is_read_again(plain: bytes) -> None:
    assert decrypt(encrypt(plain, uuid.UUID(int=1), COLUMN), COLUMN) == plain


@pytest.mark.django_db
@given(VALUES)
@trying(max_examples=60)
def test_a_column_gives_back_its_json(value: JSON) -> None:
    assert RepeatedCall.objects.get(pk=call(value).pk).answer == value


@pytest.mark.django_db
@pytest.mark.clause("C-10")
def test_the_database_holds_nothing_readable() -> None:
    row = call({"note": "Aunt Zoë's illness " * 30})
    assert b"illness" not in stored(row)
    assert stored(call("the same")) != stored(call("the same"))


@pytest.mark.django_db
@given(st.data())
@trying(max_examples=150)
def test_no_changed_value_reads_as_something_else(data: st.DataObject) -> None:
    plain = data.draw(st.sampled_from([b"short", b"long enough to be packed " * 40]))
    token = bytearray(encrypt(plain, uuid.UUID(int=2), COLUMN))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= data.draw(st.integers(1, 255))
    try:
        assert decrypt(bytes(token), COLUMN) is None  # it names a key that does not exist
        assert 1 <= place < 17
    except CannotDecrypt:
        assert not 1 <= place < 17


@pytest.mark.django_db
@pytest.mark.parametrize("length", [0, 1, 17, 44])
def test_a_torn_value_does_not_read(length: int) -> None:
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt(b"", uuid.uuid4(), COLUMN)[:length], COLUMN)


@pytest.mark.django_db
def test_a_value_cannot_be_moved_to_another_column() -> None:
    token = encrypt(b"approved", uuid.uuid4(), COLUMN)
    with pytest.raises(CannotDecrypt):
        decrypt(token, "runs_run.output")


@pytest.mark.django_db
def test_a_destroyed_key_erases_what_one_person_wrote_and_nothing_else() -> None:
    bob, alice = uuid.uuid4(), uuid.uuid4()
    bobs, empty, hers = call({"note": "secret"}, bob), call(None, bob), call("hers", alice)
    DataKey.objects.filter(owner_id=bob).delete()
    keyring.forget()

    answers = RepeatedCall.objects.in_bulk()
    assert answers[bobs.pk].answer == ERASED
    assert answers[empty.pk].answer is None
    assert answers[hers.pk].answer == "hers"
    assert EncryptedText().to_value(b"x") == "x"


@pytest.mark.django_db
def test_another_secret_key_reads_nothing_and_says_what_to_do(settings: Settings) -> None:
    row = call("text")
    settings.SECRET_KEY = "another secret key of more than thirty-two characters"
    keyring.forget()
    with pytest.raises(CannotDecrypt, match="SECRET_KEY"):
        RepeatedCall.objects.get(pk=row.pk)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_rolled_back_is_never_written_under() -> None:
    person = uuid.uuid4()
    with transaction.atomic():
        call("lost", person)
        transaction.set_rollback(True)
    kept = call("kept", person)
    keyring.forget()
    assert RepeatedCall.objects.get(pk=kept.pk).answer == "kept"


@pytest.mark.django_db(transaction=True)
def test_a_committed_key_is_remembered() -> None:
    person = uuid.uuid4()
    with transaction.atomic():
        call("first", person)
    call("second", person)
    with CountedKeys() as counted:
        call("third", person)
    assert counted.queries == 0


class CountedKeys:
    """Counts the look-ups of keys."""

    def __enter__(self) -> CountedKeys:
        self.queries = 0
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._wrapper.__exit__(None, None, None)

    def _count(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's signature
        self.queries += "core_datakey" in sql
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_share_one_key() -> None:
    person = uuid.uuid4()

    def write(number: int) -> bytes:
        try:
            return encrypt(str(number).encode(), person, COLUMN)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(write, range(24)))
    keyring.forget()
    assert [decrypt(token, COLUMN) for token in tokens] == [str(number).encode() for number in range(24)]
    assert DataKey.objects.filter(owner_id=person).count() == 1


def test_each_purpose_has_a_key_of_its_own(settings: Settings) -> None:
    assert encryption.derive("one") != encryption.derive("other")
    assert len(encryption.derive("one", 64)) == 64
    before = encryption.keyed_hash("token", "sign-in")
    assert before == encryption.keyed_hash("token", "sign-in")
    assert before != encryption.keyed_hash("token", "api-keys")
    settings.SECRET_KEY = "another secret key of more than thirty-two characters"
    assert before != encryption.keyed_hash("token", "sign-in")


@pytest.mark.django_db
def test_a_process_that_lives_long_keeps_so_many_keys_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "CACHED", 3)
    tokens = [encryption.encrypt(b"x", uuid.uuid4(), "t.c") for _ in range(10)]
    encryption.keyring.forget()
    assert all(encryption.decrypt(token, "t.c") == b"x" for token in tokens)
    assert len(encryption.keyring._by_id) <= 3
