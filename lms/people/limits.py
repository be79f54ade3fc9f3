"""Limits on guessing, in the shared cache (trust.md §4): allauth's own count no GET, and verifying is a GET."""

from __future__ import annotations

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def client_network(request: HttpRequest) -> str:
    """The client's IPv4 address, or its IPv6 /64: one household or office, as allauth sees it behind the proxies."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def within(key: str, most: int, seconds: int = 60) -> bool:
    """Count one more try under `key`; False once there were `most` in the last `seconds`.

    Each try takes a numbered place with the cache's atomic `add`, so that parallel guesses cannot share one.
    """
    return any(cache.add(f"limit:{key}:{place}", 1, timeout=seconds) for place in range(most))
