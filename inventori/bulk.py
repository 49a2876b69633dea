"""Insert many rows at the speed of the driver: one statement, tuples in, no model instances."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

CHUNK = 2_000


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert `rows` (values in the order of the field names `columns`) and return their number.

    Values must be clean already: no model validation and no signals run, only the database's own checks.
    """
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  names come from the model
    instants = [i for i, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    adapt = connection.ops.adapt_datetimefield_value
    count = 0
    with connection.cursor() as cursor:
        chunk: list[list[Any]] = []
        for row in rows:
            values = list(row)
            for i in instants:
                values[i] = adapt(values[i])
            chunk.append(values)
            if len(chunk) >= CHUNK:
                cursor.executemany(sql, chunk)
                count += len(chunk)
                chunk = []
        if chunk:
            cursor.executemany(sql, chunk)
            count += len(chunk)
    return count
