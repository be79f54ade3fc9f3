"""The main menu, and that of one's account.

The cellar knows no roles: each app registers its items in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry: a lazy label, the name of a URL without arguments, and who sees it.

    `shows` is asked once per page and item; it may look at `request.user` but should cost no query.
    Lower `order` stands further left. `of_account`: it stands among what concerns one's own account.
    """

    label: Any
    url_name: str
    shows: Callable[[HttpRequest], bool]
    order: int = 50
    of_account: bool = False


@dataclass(frozen=True)
class NavLink:
    """An entry as the template needs it. Two of the same address are the same: the label follows from it."""

    label: Any = field(compare=False)
    url: str
    current: bool


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an entry to the menu; registering the same URL again replaces it."""
    _items[item.url_name] = item


def links_for(request: HttpRequest, *, of_account: bool = False) -> tuple[NavLink, ...]:
    """The entries of one of the menus that this visitor sees, in order. The entry whose address begins the path most
    closely is current.

    Empty for a request that was refused before anybody looked who sent it: then the error page has no menu.
    """
    if not hasattr(request, "user"):
        return ()
    there = (item for item in _items.values() if item.of_account == of_account)
    items = sorted(there, key=lambda item: (item.order, item.url_name))
    shown = [(item.label, _address(get_script_prefix(), item.url_name)) for item in items if item.shows(request)]
    here = max((url for _label, url in shown if _stands_under(request.path, url)), key=len, default=None)
    return tuple(NavLink(label, url, url == here) for label, url in shown)


@cache
def _address(prefix: str, url_name: str) -> str:
    """The address below the mount `prefix`; neither changes while a process runs."""
    return reverse(url_name)


def _stands_under(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
