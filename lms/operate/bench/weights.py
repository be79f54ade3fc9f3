"""What a browser fetches for a page: the first time, with everything it needs, and the next time."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from lms.operate.bench import budgets
from lms.operate.bench.budgets import Budget
from lms.operate.bench.requests import NotAnswered

IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+|/[^"']+)["']""", re.MULTILINE)
"""A module that a module takes in."""
KILOBYTE = 1000
EMBEDDED = {"script", "img", "source", "audio", "video", "iframe"}
FETCHED = {"stylesheet", "icon", "modulepreload", "preload", "manifest"}


@dataclass(frozen=True)
class Weight:
    """Bytes as they travel, and requests; `warm` is what a second view fetches again."""

    sent: int
    requests: int
    warm_sent: int
    warm_requests: int


class _Needs(HTMLParser):
    """The addresses that the browser fetches for the page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        kinds = set(named.get("rel", "").split())
        if tag == "link" and kinds & FETCHED:
            self.found.append(named.get("href", ""))
        elif tag in EMBEDDED and named.get("loading") != "lazy" and named.get("preload") != "none":
            self.found.append(named.get("src", ""))


def needs(html: str) -> list[str]:
    """What a page names, in order, each once; pictures that wait until they are seen are not fetched at first."""
    parser = _Needs()
    parser.feed(html)
    return [address for address in dict.fromkeys(parser.found) if address and not address.startswith("data:")]


def weigh(port: int, path: str, headers: dict[str, str]) -> Weight:
    """Fetch the page and all it needs. Raises NotAnswered at anything but 200."""
    fetched = list(_fetched(port, path, headers))
    again = [size for size, is_kept in fetched if not is_kept]
    return Weight(sum(size for size, _kept in fetched), len(fetched), sum(again), len(again))


def _fetched(port: int, path: str, headers: dict[str, str]) -> Iterator[tuple[int, bool]]:
    """Size, and whether a browser keeps it without asking again; the page first."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        size, is_kept, text = _get(link, path, headers)
        yield size, is_kept
        waiting, seen = [urljoin(path, address) for address in needs(text)], set()
        while waiting:
            address = waiting.pop(0)
            if address in seen or urlsplit(address).netloc:
                continue
            seen.add(address)
            size, is_kept, text = _get(link, address, headers)
            yield size, is_kept
            if urlsplit(address).path.endswith(".js"):
                waiting += [urljoin(address, one) for one in IMPORT.findall(text)]
    finally:
        link.close()


def _get(link: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, bool, str]:
    """Bytes sent, whether they are kept, and the text."""
    link.request("GET", path, headers={"Accept": "text/html,*/*", **headers, "Accept-Encoding": "identity"})
    plain = link.getresponse()
    text = plain.read().decode("utf-8", "replace")
    link.request("GET", path, headers={"Accept": "text/html,*/*", **headers, "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise NotAnswered(f"{path} answered {answer.status}.")
    kept = answer.headers.get("Cache-Control", "")
    return len(body), "immutable" in kept or "max-age=31536000" in kept, text


def rows_of(name: str, weight: Weight, *, kilobytes: int) -> list[tuple[Budget, float]]:
    """The rows of one page: its first view and, but for a test, the next."""
    first = [(Budget(f"{name}, first view", kilobytes, kilobytes, unit="kB"), weight.sent / KILOBYTE)]
    if kilobytes != budgets.FIRST_VIEW:
        return first
    return [
        *first,
        (Budget(f"{name}, its requests", 6, 6, unit=""), float(weight.requests)),
        (Budget(f"{name}, the next view", 10, 10, unit="kB"), weight.warm_sent / KILOBYTE),
        (Budget(f"{name}, its requests then", 2, 2, unit=""), float(weight.warm_requests)),
    ]
