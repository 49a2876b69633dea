"""Many people pressing at the same moment: threads with a database connection each."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all `actions` at the same moment; return each one's result, or the exception it raised."""
    start = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(index: int, action: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            results[index] = action()
        except Exception as error:  # noqa: BLE001  the test looks at what each person met
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
