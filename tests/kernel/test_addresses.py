"""The sign-in throttle counts by address, so a visitor must not be able to choose it."""

import pytest
from django.test import RequestFactory

from inventori.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "not an address", "10.0.0.9"),
        (1, None, "10.0.0.9"),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **headers)

    assert client_address(request) == expected
