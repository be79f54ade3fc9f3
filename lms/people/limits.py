"""Limits on guessing, in the shared cache (trust.md §4): allauth's own count no GET, and verifying is a GET."""

from __future__ import annotations

import ipaddress
from datetime import datetime

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


def seconds_to_wait(key: str, most: int, *, at: datetime) -> int:
    """Count one more request under `key` in the minute of the clock; 0, or how long to wait once there were `most`.

    For limits of hundreds, where trying every place from the first would cost as many look-ups: where the free places
    begin is remembered beside them. It is a hint alone, so that requests at the same moment still take one place each.
    """
    minute = f"limit:{key}:{int(at.timestamp()) // 60}"
    free = cache.get(minute, 0)
    for place in range(free, most):
        if cache.add(f"{minute}:{place}", 1, timeout=60):
            cache.set(minute, place + 1, timeout=60)
            return 0
    return 60 - int(at.timestamp()) % 60
