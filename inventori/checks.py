"""Start-up checks that refuse a database which would lose or corrupt a shop's data.

They cost a query, so Django runs them only where a database is named:
`manage.py migrate` and `manage.py check --database default`, which comes before every start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Facts = dict[str, str]


@dataclass(frozen=True)
class Demand:
    """One thing a database must be, by the facts it tells about itself."""

    id: str
    holds: Callable[[Facts], bool]
    fault: str
    hint: str

    def error(self, facts: Facts) -> Error:
        return Error(self.fault.format_map(facts), hint=self.hint, id=f"inventori.{self.id}")


MYSQL_VARIABLES = (
    "sql_mode",
    "character_set_connection",
    "character_set_database",
    "transaction_isolation",
    "tx_isolation",
    "innodb_flush_log_at_trx_commit",
    "innodb_doublewrite",
    "default_storage_engine",
)

MYSQL_DEMANDS = (
    Demand(
        "E101",
        lambda facts: "STRICT_ALL_TABLES" in facts["sql_mode"] or "STRICT_TRANS_TABLES" in facts["sql_mode"],
        "The database is not in strict mode (sql_mode is '{sql_mode}'): it would cut off values that do not fit.",
        "Keep the init_command of inventori/settings.py, or set sql_mode=TRADITIONAL on the server.",
    ),
    Demand(
        "E102",
        lambda facts: facts["character_set_connection"] == facts["character_set_database"] == "utf8mb4",
        "The database stores text as {character_set_database} and talks {character_set_connection}, not utf8mb4:"
        " some letters would be lost.",
        "ALTER DATABASE … CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, and convert tables that exist.",
    ),
    Demand(
        "E103",
        lambda facts: facts["isolation"] == "READ-COMMITTED",
        "Transactions run as {isolation}, not READ-COMMITTED: stock could be sold twice.",
        "Keep isolation_level in inventori/settings.py as it is.",
    ),
    Demand(
        "E104",
        lambda facts: facts["innodb_flush_log_at_trx_commit"] == "1",
        "innodb_flush_log_at_trx_commit is {innodb_flush_log_at_trx_commit}, not 1: a power cut would lose paid sales.",
        "Set innodb_flush_log_at_trx_commit=1 in the server's configuration and restart it.",
    ),
    Demand(
        "E105",
        lambda facts: facts["default_storage_engine"] == "InnoDB" and not facts["tables_elsewhere"],
        "New tables are made in {default_storage_engine}, and outside InnoDB stand: {tables_elsewhere}."
        " Only InnoDB has transactions.",
        "Set default_storage_engine=InnoDB, and run ALTER TABLE … ENGINE=InnoDB for tables that exist.",
    ),
    Demand(
        "E106",
        lambda facts: facts["innodb_doublewrite"] != "OFF",
        "innodb_doublewrite is off: a power cut could leave half-written pages.",
        "Set innodb_doublewrite=ON in the server's configuration and restart it.",
    ),
)

SQLITE_DEMANDS = (
    Demand(
        "E111",
        lambda facts: facts["journal_mode"] == "wal",
        "SQLite's journal_mode is {journal_mode}, not wal: readers and the till would block each other.",
        "Keep the init_command of inventori/settings.py, and keep the file on a local disk: WAL needs one.",
    ),
    Demand(
        "E112",
        lambda facts: int(facts["synchronous"]) >= 2,
        "SQLite's synchronous is {synchronous}, below 2 (FULL): a power cut would lose paid sales.",
        "Keep the init_command of inventori/settings.py.",
    ),
    Demand(
        "E113",
        lambda facts: facts["foreign_keys"] == "1",
        "SQLite does not enforce foreign keys here: rows could point at nothing.",
        "Keep the init_command of inventori/settings.py.",
    ),
    Demand(
        "E114",
        lambda facts: facts["transaction_mode"] == "IMMEDIATE",
        "SQLite's transactions start as {transaction_mode}, not IMMEDIATE: two tills would refuse each other.",
        "Keep transaction_mode in inventori/settings.py as it is.",
    ),
)


@register(Tags.database)
def check_databases(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Ask each named database what it is, and report what it may not be."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor == "mysql":
            messages += judge(MYSQL_DEMANDS, mysql_facts(connection))
        elif connection.vendor == "sqlite":
            messages += judge(SQLITE_DEMANDS, sqlite_facts(connection))
    return messages


def judge(demands: Sequence[Demand], facts: Facts) -> list[CheckMessage]:
    return [demand.error(facts) for demand in demands if not demand.holds(facts)]


def mysql_facts(connection: BaseDatabaseWrapper) -> Facts:
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(MYSQL_VARIABLES))
        cursor.execute(f"SHOW SESSION VARIABLES WHERE Variable_name IN ({marks})", MYSQL_VARIABLES)
        facts = dict(cursor.fetchall())
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB'"
        )
        facts["tables_elsewhere"] = ", ".join(name for (name,) in cursor.fetchall())
    # MySQL 8 knows only the first name, MariaDB before 11.1 only the second.
    facts["isolation"] = facts.get("transaction_isolation") or facts.get("tx_isolation", "")
    return facts


def sqlite_facts(connection: BaseDatabaseWrapper) -> Facts:
    facts = {"transaction_mode": str(connection.settings_dict["OPTIONS"].get("transaction_mode", "DEFERRED"))}
    with connection.cursor() as cursor:
        for name in ("journal_mode", "synchronous", "foreign_keys"):
            cursor.execute(f"PRAGMA {name}")
            facts[name] = str(cursor.fetchone()[0])
    return facts
