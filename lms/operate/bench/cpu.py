"""CPU time, which a busy neighbour takes less away from than it takes from the clock."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

PROC = Path("/proc")
ROUNDS = 500_000


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


def group_and_ticks(stat: str) -> tuple[int, int]:
    """Process group, user and system ticks together, of a line of /proc/<pid>/stat.

    The second field is a name in brackets that may hold blanks and brackets of its own: what counts stands after the
    last one.
    """
    fields = stat.rpartition(")")[2].split()
    return int(fields[2]), int(fields[11]) + int(fields[12])


def calibration() -> float:
    """CPU milliseconds of one fixed job, the best of three: how fast this machine is just now."""
    return min(_fixed_job() for _try in range(3))


def _fixed_job() -> float:
    began = time.process_time()
    hashlib.pbkdf2_hmac("sha256", b"a fixed password", b"a fixed salt", ROUNDS)
    return (time.process_time() - began) * 1000
