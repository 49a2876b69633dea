"""Whose request this is, when proxies stand in between."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address: with `PROXY_COUNT` proxies of ours, the one that the outermost of them saw.

    Each proxy adds what it saw at the right, so what stands further left was sent by the visitor and is not believed.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    count = settings.PROXY_COUNT
    if not count or len(hops) < count:
        return direct
    try:
        return str(ipaddress.ip_address(hops[-count]))
    except ValueError:
        return direct
