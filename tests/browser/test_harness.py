"""The browser harness itself: it must see what it promises to see."""

import pytest
from playwright.sync_api import expect

INLINE_STYLE = """() => {
    const box = document.createElement('div');
    box.setAttribute('style', 'color: red');
    document.body.append(box);
}"""


def test_the_sign_in_page_opens_without_console_errors(page, axe):
    page.goto("/")

    expect(page.locator("input[name=username]")).to_be_visible()
    assert axe(page) == []


def test_an_inline_style_is_refused_by_the_content_policy(page, expected_console_errors):
    expected_console_errors.append("Content Security Policy")
    page.goto("/")

    with page.expect_console_message(lambda message: "Content Security Policy" in message.text) as refused:
        page.evaluate(INLINE_STYLE)

    assert refused.value.type == "error"


def test_axe_finds_a_picture_without_words(page, axe):
    page.goto("/")
    page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")

    violations = axe(page)

    assert [line.split(":")[0] for line in violations] == ["image-alt"]


@pytest.mark.parametrize("name", ["vendor/bootstrap.min.css", "vendor/bootstrap.bundle.min.js", "vendor/htmx.min.js"])
def test_the_package_files_are_served(page, live_server, name):
    response = page.request.get(f"{live_server.url}/static/{name}")

    assert response.status == 200
