"""A database that would lose data is refused, each fault by its own id."""

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from inventori.checks import MYSQL_DEMANDS, SQLITE_DEMANDS, check_databases, judge

SOUND_MYSQL = {
    "sql_mode": "STRICT_TRANS_TABLES,STRICT_ALL_TABLES",
    "character_set_connection": "utf8mb4",
    "character_set_database": "utf8mb4",
    "isolation": "READ-COMMITTED",
    "innodb_flush_log_at_trx_commit": "1",
    "innodb_doublewrite": "ON",
    "default_storage_engine": "InnoDB",
    "tables_elsewhere": "",
}
SOUND_SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "transaction_mode": "IMMEDIATE"}


@pytest.mark.django_db
def test_the_database_of_the_tests_is_sound():
    assert check_databases(databases=["default"]) == []


@pytest.mark.django_db
def test_the_checks_run_when_a_database_is_named():
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_no_database_is_asked_when_none_is_named():
    assert check_databases(databases=None) == []


@pytest.mark.parametrize(
    ("fact", "value", "id"),
    [
        ("sql_mode", "ONLY_FULL_GROUP_BY", "inventori.E101"),
        ("character_set_database", "latin1", "inventori.E102"),
        ("character_set_connection", "utf8mb3", "inventori.E102"),
        ("isolation", "REPEATABLE-READ", "inventori.E103"),
        ("innodb_flush_log_at_trx_commit", "2", "inventori.E104"),
        ("default_storage_engine", "MyISAM", "inventori.E105"),
        ("tables_elsewhere", "sale_item", "inventori.E105"),
        ("innodb_doublewrite", "OFF", "inventori.E106"),
    ],
)
def test_a_mysql_that_would_lose_data_is_refused(fact, value, id):
    sound = judge(MYSQL_DEMANDS, SOUND_MYSQL)
    faulty = judge(MYSQL_DEMANDS, SOUND_MYSQL | {fact: value})

    assert sound == []
    assert [message.id for message in faulty] == [id]
    assert faulty[0].hint


@pytest.mark.parametrize(
    ("fact", "value", "id"),
    [
        ("journal_mode", "delete", "inventori.E111"),
        ("synchronous", "1", "inventori.E112"),
        ("foreign_keys", "0", "inventori.E113"),
        ("transaction_mode", "DEFERRED", "inventori.E114"),
    ],
)
def test_an_sqlite_that_would_lose_data_is_refused(fact, value, id):
    sound = judge(SQLITE_DEMANDS, SOUND_SQLITE)
    faulty = judge(SQLITE_DEMANDS, SOUND_SQLITE | {fact: value})

    assert sound == []
    assert [message.id for message in faulty] == [id]
    assert faulty[0].hint


@pytest.mark.mariadb
@pytest.mark.django_db
def test_a_real_session_without_strict_mode_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@SESSION.sql_mode")
        before = cursor.fetchone()[0]
        cursor.execute("SET SESSION sql_mode = ''")

        found = [message.id for message in check_databases(databases=["default"])]

        cursor.execute("SET SESSION sql_mode = %s", [before])
    assert found == ["inventori.E101"]


@pytest.mark.mariadb
@pytest.mark.django_db(transaction=True)
def test_a_real_table_outside_innodb_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE elsewhere (id INT) ENGINE=MyISAM")

        found = [message.id for message in check_databases(databases=["default"])]

        cursor.execute("DROP TABLE elsewhere")
    assert found == ["inventori.E105"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_a_real_sqlite_that_does_not_flush_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")

        found = [message.id for message in check_databases(databases=["default"])]

        cursor.execute("PRAGMA synchronous = FULL")
    assert found == ["inventori.E112"]
