"""The embedded broker: whoever reads while somebody writes gets whole messages, each once."""

from __future__ import annotations

import threading
import time
from queue import Empty

import pytest
from kombu import Connection

from lms.celery import QUEUES

MESSAGES = 400
READERS = 3


def connect(folder):
    for name in ("messages", "control", "processed"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "processed_folder": str(folder / "processed"),
        "store_processed": True,
    }
    return Connection("filesystem://localhost/", transport="lms.celery:Transport", transport_options=options)


def read_all(folder, written, received, broken):
    """Take messages until the writer is done and nothing is left."""
    with connect(folder) as connection:
        channel = connection.channel()
        while True:
            over = written.is_set()
            try:
                received.append(channel._get("lms")["number"])
            except Empty:
                if over:
                    return
            except Exception as error:  # noqa: BLE001 - whatever it is, it would stop a worker
                broken.append(error)


def test_readers_never_see_half_a_message_and_share_them_out(tmp_path):
    received: list[int] = []
    broken: list[Exception] = []
    written = threading.Event()
    readers = [threading.Thread(target=read_all, args=(tmp_path, written, received, broken)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        with connect(tmp_path) as connection:
            channel = connection.channel()
            for number in range(MESSAGES):
                channel._put("lms", {"number": number, "ballast": "đ" * 50_000})
    finally:
        written.set()
    for reader in readers:
        reader.join()
    assert broken == []
    assert sorted(received) == list(range(MESSAGES))


def test_a_message_appears_all_at_once(tmp_path, monkeypatch):
    seen = []
    real = type(tmp_path).replace

    def looking(self, target):
        seen.append([path.name for path in (tmp_path / "messages").glob("*.msg")])
        return real(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", looking)
    with connect(tmp_path) as connection:
        connection.channel()._put("lms", {"number": 1})
    assert seen == [[]]
    assert len(list((tmp_path / "messages").glob("*.lms.msg"))) == 1


def test_a_message_emptied_by_a_power_cut_stops_nobody(tmp_path):
    with connect(tmp_path) as connection:
        channel = connection.channel()
        (tmp_path / "messages" / f"{time.time_ns()}_torn.lms.msg").touch()
        channel._put("lms", {"number": 2})
        with pytest.raises(Empty):
            channel._get("lms")
        assert channel._get("lms") == {"number": 2}


def test_each_queue_gets_its_own(tmp_path):
    with connect(tmp_path) as connection:
        channel = connection.channel()
        for queue in QUEUES:
            assert channel._lookup("lms", queue.name) == {queue.name}
            channel._put(queue.name, {"for": queue.name})
        assert channel._get("lms-bulk") == {"for": "lms-bulk"}
        assert channel._get("lms") == {"for": "lms"}
