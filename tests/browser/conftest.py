"""A real Chromium in front of the real pages.

`page` fails its test at the end when the browser's console held an error or a refusal by the
content security policy, so no page can be broken quietly.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from .chromium import find_chromium

# Playwright's loop runs in the test's thread, where Django would else refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What is waited for comes at once on a quiet machine; on a busy one it may take a while, and is right all the same.
expect.set_options(timeout=10_000)

DESK = {"width": 1366, "height": 800}
PHONE = {"width": 390, "height": 844}
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # The server answers in a thread of its own, so the rows must be committed.
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if not executable:
        pytest.skip("Chromium is not installed here")
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET + sandbox)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport=DESK, locale="en", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    # The first page of a process loads the whole application too.
    context.set_default_navigation_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def expected_console_errors() -> list[str]:
    """Texts of console errors that a test provokes on purpose: append to it."""
    return []


@pytest.fixture
def page(context: BrowserContext, expected_console_errors: list[str]) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    unexpected = [error for error in errors if not any(text in error for text in expected_console_errors)]
    assert unexpected == [], "the browser's console held errors"


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Sign a user in by a session of their own, for tests that are not about the sign-in page."""

    def sign_in(page: Page, user: Any) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "accounts.backends.PeopleBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return axe-core's violations on the page as it stands, one line each."""

    def axe(page: Page) -> list[str]:
        # Evaluated by the developer tools, which the page's content policy does not bind.
        page.evaluate(AXE.read_text())
        result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return axe
