"""Write rows at the speed of the driver: one statement, no model validation, no signals."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.db import connection, models

from .memo import Memo

CHUNK = 2_000
# A statement stays far below the packet that a MySQL server accepts by default.
MAX_STATEMENT = 1_000_000


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    update: Sequence[str] = (),
    key: Sequence[str] = ("id",),
) -> int:
    """Insert `rows` (values in the order of the field names `columns`) and return their number.

    update: fields to overwrite where a row of the same `key`, which is unique, exists already.
    Values must be clean already: no model validation and no signals run, only the database's own checks.
    """
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    begin = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608  names come from the model
    changed, unique = ([quote(str(by_name[name].column)) for name in some] for some in (update, key))
    end = _overwrite(changed, unique) if update else ""
    read = _reader()
    # A year of sales has few different days, prices and notes: each is translated once per column.
    translate = [Memo(read) for _field in fields]
    clean = ([memo[value] for memo, value in zip(translate, row, strict=True)] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            return _send_text(cursor, begin, clean, end)
        places = ", ".join(["%s"] * len(fields))
        return _send_values(cursor, f"{begin}({places}){end}", clean)


def update_row(row: models.Model, *names: str, where: Mapping[str, Any] | None = None) -> bool:
    """Write the fields `names` of `row` and say whether it was there.

    where: what else must be true of the row as it lies in the database, by field name.
    """
    by_name = {field.name: field for field in row._meta.concrete_fields}
    quote = connection.ops.quote_name
    wanted = {"id": row.pk} | dict(where or {})
    changes = ", ".join([f"{quote(str(by_name[name].column))} = %s" for name in names])
    conditions = " AND ".join([f"{quote(str(by_name[name].column))} = %s" for name in wanted])
    values = [by_name[name].get_db_prep_save(getattr(row, by_name[name].attname), connection) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(row._meta.db_table)} SET {changes} WHERE {conditions}",  # noqa: S608  names of the model
            [*values, *wanted.values()],
        )
        return bool(cursor.rowcount)


def update_column(model: type[models.Model], name: str, values: Mapping[int, Any]) -> None:
    """Write one field of many rows: its value by the row's id."""
    quote = connection.ops.quote_name
    by_name = {field.name: field for field in model._meta.concrete_fields}
    column, left = quote(str(by_name[name].column)), iter(values.items())
    with connection.cursor() as cursor:
        while part := list(islice(left, CHUNK)):
            cases, places = "WHEN %s THEN %s " * len(part), ", ".join(["%s"] * len(part))
            cursor.execute(
                f"UPDATE {quote(model._meta.db_table)} SET {column} = CASE id {cases}END WHERE id IN ({places})",  # noqa: S608
                [*chain.from_iterable(part), *(pk for pk, _value in part)],
            )


def _overwrite(columns: Sequence[str], key: Sequence[str]) -> str:
    if connection.vendor == "mysql":
        return " ON DUPLICATE KEY UPDATE " + ", ".join(f"{name} = VALUES({name})" for name in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def _reader() -> Callable[[Any], Any]:
    """Return what turns a value into what is sent: an SQL literal for MySQL, a plain value for SQLite."""
    adapt = connection.ops.adapt_datetimefield_value

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return adapt(value)
        return str(value) if isinstance(value, (Decimal, str)) else value

    if connection.vendor != "mysql":
        return plain
    connection.ensure_connection()
    # The driver's own literals, escaped for this connection's character set.
    literal = connection.connection.literal
    return lambda value: literal(value if isinstance(value, Decimal) else plain(value)).decode()


def _send_text(cursor: Any, begin: str, rows: Iterable[Sequence[str]], end: str) -> int:
    """Send rows of literals in statements of many rows; the driver's own way costs three times as much."""
    count, size, part = 0, 0, []
    for row in rows:
        text = f"({','.join(row)})"
        part.append(text)
        size += len(text)
        if size >= MAX_STATEMENT or len(part) >= CHUNK:
            cursor.execute(begin + ",".join(part) + end)
            count, size, part = count + len(part), 0, []
    if part:
        cursor.execute(begin + ",".join(part) + end)
    return count + len(part)


def _send_values(cursor: Any, sql: str, rows: Iterator[Sequence[Any]]) -> int:
    count = 0
    while part := list(islice(rows, CHUNK)):
        cursor.executemany(sql, part)
        count += len(part)
    return count
