"""One transaction per intention, tried again when the database asks for it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 12
# Deadlock, lock wait timeout, record changed since last read.
_MYSQL_RETRY = {1213, 1205, 1020}


def is_conflict(error: OperationalError) -> bool:
    """Say whether the database lost a race that it invites us to run again."""
    code = error.args[0] if error.args else None
    if code in _MYSQL_RETRY:
        return True
    return connection.vendor == "sqlite" and any(word in str(error) for word in ("locked", "busy"))


def retried(func: Callable[P, R]) -> Callable[P, R]:
    """Run `func` in a transaction of its own and run it again, whole, when it loses a race.

    Inside an open transaction it is a savepoint of that one: a refusal still leaves nothing
    behind, but only the outermost may start over.
    """

    @wraps(func)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return func(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return func(*args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or not is_conflict(error):
                    raise
                # Full jitter: losers that wait alike meet again.
                time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))
        raise AssertionError("unreachable")

    return run


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all that is read inside be as it was at one moment, and keep nobody from writing meanwhile.

    For reading only. Inside an open transaction it changes nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            # For the one transaction that follows.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        else:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("COMMIT")
