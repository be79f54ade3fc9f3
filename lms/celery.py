"""Celery, which only wakes: what is to be done stands in `Job` rows (decisions.md §6)."""

from __future__ import annotations

import gc
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from celery import Celery, bootsteps
from celery.signals import worker_process_init, worker_ready
from kombu import Exchange, Queue
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
from django.conf import settings

SCHEME = settings.BROKER_URL.partition("://")[0]
EXCHANGE = Exchange("lms", type="topic")
QUORUM = {"x-queue-type": "quorum"} if SCHEME.startswith(("amqp", "pyamqp")) else None
QUEUES = [Queue(name, EXCHANGE, routing_key=name, queue_arguments=QUORUM) for name in ("lms", "lms-bulk")]
SWEEP_SECONDS = 30.0


class Channel(filesystem.Channel):
    """kombu's files, written aside and renamed: its own are visible while empty, and stop the worker that reads one."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        part = Path(self.data_folder_out) / f"{name}.part"
        part.write_text(dumps(payload), encoding="utf-8")
        part.replace(part.with_suffix(""))

    def _get(self, queue: str) -> Any:
        try:
            return super()._get(queue)
        except ValueError:  # emptied by a power cut: the sweep will send it again
            raise Empty from None

    def get_table(self, exchange: str) -> list[Any]:
        """Bindings are fixed; kombu's file of them has the same race."""
        return [(queue.name, f"^{queue.name}$", queue.name) for queue in QUEUES]

    def _queue_bind(self, *args: Any) -> None:
        """Nothing to write: see `get_table`."""


class Transport(filesystem.Transport):
    """`BROKER_URL=filesystem://`, the embedded default."""

    Channel = Channel
    global_state = virtual.BrokerState()
    default_connection_params: ClassVar[dict[str, Any]] = {}  # a folder has no host, and kombu need not warn of it


def transport_options() -> dict[str, Any]:
    """What each broker needs so that a publish never hangs and a killed task comes back."""
    if SCHEME.startswith("redis"):
        return {
            "visibility_timeout": 120,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 0.5,
            "max_retries": 0,
        }
    if SCHEME != "filesystem":
        return {"confirm_publish": True, "max_retries": 0}
    folders = {name: Path(settings.DATA_DIR) / "queue" / name for name in ("messages", "control", "processed")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "control_folder": str(folders["control"]),
        "processed_folder": str(folders["processed"]),
        "store_processed": True,
        "polling_interval": 0.05,
    }


app = Celery("lms")
app.conf.update(
    broker_url="filesystem://localhost/" if SCHEME == "filesystem" else settings.BROKER_URL,
    broker_transport="lms.celery:Transport" if SCHEME == "filesystem" else None,
    broker_transport_options=transport_options(),
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    task_queues=QUEUES,
    task_default_queue="lms",
    task_default_exchange="lms",
    task_default_exchange_type="topic",
    task_default_routing_key="lms",
    task_create_missing_queues=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_publish_retry=False,
    task_serializer="json",
    accept_content=["json"],
    task_soft_time_limit=90,
    task_time_limit=110,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=200,
    worker_soft_shutdown_timeout=20,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_enable_remote_control=SCHEME != "filesystem",
    worker_hijack_root_logger=False,
    timezone=settings.TIME_ZONE,
    beat_schedule_filename=str(Path(settings.DATA_DIR) / "run" / "beat"),
    beat_schedule={
        # A sweep that nobody fetched before the next one is due is not worth doing.
        "sweep": {"task": "lms.operate.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    },
)


class Clock(bootsteps.StartStopStep):
    """The worker of `serve` asks for the sweep itself: beat would be one more process of 120 MB, to count to 30."""

    requires: ClassVar[set[str]] = {"celery.worker.components:Timer"}

    def start(self, worker: Any) -> None:
        """Every 30 seconds, as beat does where the roles are apart."""
        worker.timer.call_repeatedly(SWEEP_SECONDS, ask_for_sweep)


if os.environ.get("WORKER_IS_ALONE"):
    app.steps["worker"].add(Clock)


def ask_for_sweep() -> None:
    """Send it; one that nobody fetched before the next is due is not worth doing."""
    app.send_task("lms.operate.sweep", expires=SWEEP_SECONDS)


@worker_process_init.connect
def keep_what_is_loaded(**_kwargs: Any) -> None:
    """As in a web process: no search for garbage goes through all that stays anyhow."""
    gc.collect()
    gc.freeze()


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """Mend at once what was lost while no worker ran."""
    ask_for_sweep()
