"""Waiting for what no locator shows: a script's value, a row in the database."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page


def comes_to(page: Page, ask: Callable[[], Any], answer: Any, seconds: float = 10) -> None:
    """Ask until the answer is `answer`. The page goes on meanwhile: its policy refuses `wait_for_function`."""
    deadline = time.monotonic() + seconds
    while (found := ask()) != answer and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert found == answer
