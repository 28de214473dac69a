"""Sign-ins, passwords and the lockout."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from crm import users
from crm.db import Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound

HOME = "127.0.0.1"
AWAY = "203.0.113.7"


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as the product makes them, but in a millisecond each."""
    monkeypatch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def _id(database: Database, email: str) -> int:
    return users.id_of(database, email)


def test_add_lower_cases_the_email_and_makes_a_name_of_it(database: Database) -> None:
    users.add(database, " Anna.Berg@Example.COM ", "sales")
    [anna] = users.list_all(database)
    assert (anna.email, anna.name, anna.role, anna.is_demo) == ("anna.berg@example.com", "Anna Berg", "sales", False)


def test_add_keeps_a_hash_and_never_the_password(database: Database) -> None:
    password = users.add(database, "a@example.com", "admin")
    with database.cursor() as cursor:
        [(kept, must_change)] = cursor.rows("select password_hash, must_change_password from ops.user")
    assert kept.startswith("$argon2id$") and password not in kept and must_change


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "@example.com", "a b@example.com", "a@b", "a@@b.c", "a" * 250 + "@b.co"]
)
def test_add_refuses_an_unreadable_email(database: Database, email: str) -> None:
    with pytest.raises(InvalidRecord, match="no e-mail address"):
        users.add(database, email, "sales")


def test_add_refuses_a_taken_email_and_an_unknown_role(database: Database) -> None:
    users.add(database, "a@example.com", "sales")
    with pytest.raises(InvalidRecord, match="signs in already"):
        users.add(database, "A@example.com", "sales")
    with pytest.raises(InvalidRecord, match="no role boss"):
        users.add(database, "b@example.com", "boss")


def test_verify_knows_the_person_by_the_right_password_only(database: Database) -> None:
    password = users.add(database, "a@example.com", "sales")
    assert users.verify(database, "A@example.com ", password, AWAY) == _id(database, "a@example.com")
    with pytest.raises(NotAllowed):
        users.verify(database, "a@example.com", password + "x", AWAY)


def test_verify_never_tells_what_was_wrong(database: Database) -> None:
    password = users.add(database, "gone@example.com", "sales")
    users.add(database, "a@example.com", "sales")
    users.add(database, "demo@example.com", "sales", is_demo=True)
    users.disable(database, _id(database, "gone@example.com"))
    tries = [
        ("a@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("gone@example.com", password),
        ("demo@example.com", "demo"),
        ("x" * 5000, "y" * 5000),
    ]
    sentences = set()
    for email, tried in tries:
        with pytest.raises(NotAllowed) as refused:
            users.verify(database, email, tried, AWAY)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_demo_sign_ins_work_on_this_machine_only(database: Database) -> None:
    assert users.add(database, "demo@example.com", "sales", is_demo=True) == "demo"
    for address in (HOME, "::1", "::ffff:127.0.0.1"):
        assert users.verify(database, "demo@example.com", "demo", address)
    with pytest.raises(NotAllowed):
        users.verify(database, "demo@example.com", "demo", HOME, is_proxied=True)
    for address in (AWAY, "", "localhost.example.com", "::ffff:203.0.113.7"):
        with pytest.raises(NotAllowed):
            users.verify(database, "demo@example.com", "demo", address)


def test_five_failures_lock_the_address_out_even_with_the_right_password(database: Database) -> None:
    password = users.add(database, "a@example.com", "sales")
    for _ in range(5):
        with pytest.raises(NotAllowed, match="do not fit"):
            users.verify(database, "a@example.com", "wrong", AWAY)
    with pytest.raises(NotAllowed, match="Wait 15 minutes"):
        users.verify(database, "a@example.com", password, AWAY)
    assert users.verify(database, "a@example.com", password, HOME)


def test_the_lockout_ends_after_fifteen_minutes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    password = users.add(database, "a@example.com", "sales")
    for _ in range(5):
        with pytest.raises(NotAllowed):
            users.verify(database, "a@example.com", "wrong", AWAY)
    later = now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(users, "now", lambda: later)
    assert users.verify(database, "a@example.com", password, AWAY)


def test_success_forgets_the_failures_before_it(database: Database) -> None:
    password = users.add(database, "a@example.com", "sales")
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotAllowed):
                users.verify(database, "a@example.com", "wrong", AWAY)
        assert users.verify(database, "a@example.com", password, AWAY)


def test_twenty_failures_from_anywhere_lock_the_email_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_fits", lambda _hash, _password: False)
    users.add(database, "a@example.com", "sales")
    for number in range(20):
        with pytest.raises(NotAllowed, match="do not fit"):
            users.verify(database, "a@example.com", "wrong", f"203.0.113.{number}")
    with pytest.raises(NotAllowed, match="Wait"):
        users.verify(database, "a@example.com", "wrong", "203.0.113.99")


def test_an_unknown_email_is_locked_out_like_a_known_one(database: Database) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed, match="do not fit"):
            users.verify(database, "nobody@example.com", "wrong", AWAY)
    with pytest.raises(NotAllowed, match="Wait"):
        users.verify(database, "nobody@example.com", "wrong", AWAY)


def test_set_password_refuses_short_long_and_the_same(database: Database) -> None:
    given = users.add(database, "a@example.com", "sales")
    user_id = _id(database, "a@example.com")
    for password, reason in (
        ("123456789", "at least 10"),
        ("x" * 1001, "at most 1000"),
        (given, "the password you have"),
    ):
        with pytest.raises(InvalidRecord, match=reason):
            users.set_password(database, user_id, password)
    users.set_password(database, user_id, "1234567890")
    assert users.verify(database, "a@example.com", "1234567890", AWAY) == user_id


def test_renew_password_replaces_the_forgotten_one(database: Database) -> None:
    before = users.add(database, "a@example.com", "sales")
    after = users.renew_password(database, _id(database, "a@example.com"))
    assert users.verify(database, "a@example.com", after, AWAY)
    with pytest.raises(NotAllowed):
        users.verify(database, "a@example.com", before, AWAY)


def test_a_demo_sign_in_keeps_its_password(database: Database) -> None:
    users.add(database, "demo@example.com", "sales", is_demo=True)
    with pytest.raises(InvalidRecord, match="keeps its password, demo"):
        users.renew_password(database, _id(database, "demo@example.com"))
    assert users.verify(database, "demo@example.com", "demo", HOME)


def test_what_a_person_chose_is_kept_and_other_values_are_refused(database: Database) -> None:
    users.add(database, "a@example.com", "sales")
    user_id = _id(database, "a@example.com")
    users.set_language(database, user_id, "zh_CN")
    users.set_theme(database, user_id, "dark")
    with database.cursor() as cursor:
        assert cursor.rows("select language, theme from ops.user") == [("zh_CN", "dark")]
    with pytest.raises(InvalidRecord):
        users.set_language(database, user_id, "fr")
    with pytest.raises(InvalidRecord):
        users.set_theme(database, user_id, "pink")
    with pytest.raises(NotFound):
        users.set_staff(database, user_id, 99)


def test_demo_users_are_listed_without_the_others(database: Database) -> None:
    users.add(database, "a@example.com", "sales")
    users.add(database, "boss@demo.example", "management", "Mira Boss", is_demo=True)
    assert users.demo_users(database) == [("boss@demo.example", "Mira Boss", "management")]


def test_the_product_hashes_with_argon2id_and_64_mebibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    parameters = extract_parameters(users._hash("correct horse"))
    assert (parameters.type, parameters.memory_cost) == (Type.ID, 65_536)
