"""CPU time, which a busy neighbour takes less away from than it takes from the clock."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
HASH_ROUNDS = 500_000
CHURN_ROWS = 30_000


def of_group(group: int) -> float:
    """CPU seconds that the living processes of a process group have used, in steps of 1/100 s."""
    ticks = sum(ticks for member, ticks in map(_stat, PROC.glob("[0-9]*/stat")) if member == group)
    return ticks / os.sysconf("SC_CLK_TCK")


def of_processes(pids: set[int]) -> float:
    """CPU seconds that these processes have used; one that has ended counts nothing."""
    return sum(_stat(PROC / str(pid) / "stat")[1] for pid in pids) / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> tuple[int, int]:
    try:
        return group_and_ticks(path.read_text(encoding="utf-8", errors="replace"))
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return 0, 0


def group_of(path: Path) -> int:
    """The process group of a /proc/<pid>/stat; 0 if it has ended."""
    return _stat(path)[0]


def group_and_ticks(stat: str) -> tuple[int, int]:
    """Process group, user and system ticks together, of a line of /proc/<pid>/stat.

    The second field is a name in brackets that may hold blanks and brackets of its own: what counts stands after the
    last one.
    """
    fields = stat.rpartition(")")[2].split()
    return int(fields[2]), int(fields[11]) + int(fields[12])


def calibration() -> tuple[float, float]:
    """CPU milliseconds of two fixed jobs, the best of three: how fast this machine is just now.

    The first is a hash, which lives in registers; the second is Python over a few megabytes, which suffers, as our
    requests do, from neighbours who share the caches.
    """
    return min(_timed(_hash) for _try in range(3)), min(_timed(_churn) for _try in range(3))


def _timed(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return (time.process_time() - began) * 1000


def _hash() -> bytes:
    return hashlib.pbkdf2_hmac("sha256", b"a fixed password", b"a fixed salt", HASH_ROUNDS)


def _churn() -> int:
    rows = [{"number": number, "name": f"Người {number:05d}"} for number in range(CHURN_ROWS)]
    return len(sorted(rows, key=lambda row: str(row["name"])[::-1]))
