"""Many browsers that save answers at once, in a process of its own: what drives the load takes nothing from the server.

    python -m lms.operate.prove.typists ORDERS

ORDERS is a JSON file (`Orders`). Every half second a line of JSON says how many saves are acknowledged (`done`); the
last line holds what came of it (`Outcome`). No Django in here: the process starts in no time and stays small.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 10.0
PAUSE = 0.25
"""Seconds before something that nobody acknowledged is sent again."""


@dataclass
class Browser:
    """One person's open attempt and the cookies of the session."""

    attempt: str
    epoch: int
    cookies: str
    csrf: str


@dataclass
class Orders:
    """`think_seconds` is what passes on average between two answers; `stale_percent` of the saves are followed by one
    that repeats an older sequence number with another text, which must not win."""

    port: int
    browsers: list[Browser]
    saves_each: int
    questions: int
    stale_percent: int
    think_seconds: float

    @classmethod
    def read(cls, text: str) -> Orders:
        """As `asdict` wrote them."""
        given = json.loads(text)
        return cls(**{**given, "browsers": [Browser(**one) for one in given["browsers"]]})


@dataclass
class Outcome:
    """`acknowledged`: by attempt and slot what the server said 200 to last, as [seq, text].

    `times`: when each answer was sent first (seconds since 1970) and how many seconds passed until it was acknowledged.
    `failures`: requests that were not answered with 200.
    """

    done: int = 0
    stale: int = 0
    failures: int = 0
    acknowledged: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    times: list[tuple[float, float]] = field(default_factory=list)


async def everybody(orders: Orders) -> Outcome:
    """All of them until all they have is acknowledged; says every half second how far they are."""
    outcome = Outcome()
    typists = [
        asyncio.create_task(_type(orders, one, random.Random(seed), outcome))  # noqa: S311 — a load, not a secret
        for seed, one in enumerate(orders.browsers)
    ]
    while any(not task.done() for task in typists):
        say({"done": outcome.done})
        await asyncio.sleep(0.5)
    await asyncio.gather(*typists)
    return outcome


async def _type(orders: Orders, browser: Browser, lot: random.Random, outcome: Outcome) -> None:
    held = outcome.acknowledged.setdefault(browser.attempt, {})
    seqs: dict[int, int] = {}
    for number in range(orders.saves_each):
        await asyncio.sleep(lot.expovariate(1 / orders.think_seconds))
        slot = lot.randint(1, orders.questions)
        seqs[slot] = seqs.get(slot, 0) + 1
        began, at = time.perf_counter(), time.time()
        await _until_acknowledged(orders.port, browser, (slot, seqs[slot], str(number)), outcome)
        outcome.times.append((at, time.perf_counter() - began))
        held[str(slot)] = [seqs[slot], str(number)]
        outcome.done += 1
        if lot.randint(1, 100) <= orders.stale_percent:
            await _until_acknowledged(orders.port, browser, (slot, max(1, seqs[slot] - 1), "stale"), outcome)
            outcome.stale += 1


async def _until_acknowledged(port: int, browser: Browser, typed: tuple[int, int, str], outcome: Outcome) -> None:
    while not await _is_taken(port, browser, typed):
        outcome.failures += 1
        await asyncio.sleep(PAUSE)


async def _is_taken(port: int, browser: Browser, typed: tuple[int, int, str]) -> bool:
    """One request; anything but 200 is no acknowledgement."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _sent(port, _request(browser, typed))
    except (OSError, TimeoutError, ValueError, IndexError, asyncio.IncompleteReadError):
        return False


def _request(browser: Browser, typed: tuple[int, int, str]) -> bytes:
    slot, seq, text = typed
    items = [{"slot": slot, "seq": seq, "value": {"text": text}}]
    body = json.dumps({"epoch": browser.epoch, "items": items}).encode()
    head = (
        f"POST /attempts/{browser.attempt}/answers/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nAccept: application/json\r\n"
        f"Cookie: {browser.cookies}\r\nX-CSRFToken: {browser.csrf}\r\n\r\n"
    )
    return head.encode() + body


async def _sent(port: int, request: bytes) -> bool:
    """Whether the whole of a 200 came back; half an answer acknowledges nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        length = next(
            int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(length)
        return status == 200
    except StopIteration as no_length:
        raise ValueError("an answer without its length") from no_length
    finally:
        writer.close()


def say(line: dict[str, Any]) -> None:
    """One line for whoever started this process."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(asdict(asyncio.run(everybody(Orders.read(Path(sys.argv[1]).read_text(encoding="utf-8"))))))
