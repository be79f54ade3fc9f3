"""The server that is measured: one web process of ours on a free port, and the database beside it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection

from lms.operate.bench import cpu
from lms.operate.bench.requests import NotAnswered
from lms.operate.prove.processes import Running, answers, free_port, wait_until

START_SECONDS = 60


class Server:
    """Runs as long as the `with` block; raises NotAnswered if it does not come up."""

    def __init__(self) -> None:
        self.port = free_port()
        self.web = Running(
            "manage.py", "serve", "--role", "web", "--no-setup", "--bind", f"127.0.0.1:{self.port}",
            log=settings.DATA_DIR / "run/bench-web.log",
        )  # fmt: skip

    def __enter__(self) -> Self:
        self.web.start()
        if not wait_until(lambda: answers(self.port), START_SECONDS, every=0.2):
            self.web.kill()
            raise NotAnswered(f"The server did not start: {self.web.log.read_text(encoding='utf-8')[-500:]}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.web.kill()

    @property
    def group(self) -> int:
        """The process group of the server."""
        return self.web.process.pid if self.web.process else 0

    def cpu_seconds(self) -> float:
        """Of all processes of the server, and of PostgreSQL's for this database where they run on this machine."""
        return cpu.of_group(self.group) + cpu.of_processes(database_processes())


def database_processes() -> set[int]:
    """PostgreSQL's processes that serve this database; empty on SQLite, and for a server on another machine."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = {pid for (pid,) in cursor.fetchall()}
    return {pid for pid in pids if _is_postgres(pid)}


def _is_postgres(pid: int) -> bool:
    """A number from another machine may be anybody's here."""
    try:
        return (cpu.PROC / str(pid) / "comm").read_text().strip() == "postgres"
    except OSError:
        return False
