"""Catalogues: .po files are in the tree, .mo files are written where Django runs; no msgfmt needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polib


def write_catalogues(folders: Iterable[Path | str]) -> int:
    """Write every .mo that is missing or older than its .po, whole or not at all; how many were written."""
    written = 0
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            part = target.with_suffix(".mo-part")
            polib.pofile(str(source)).save_as_mofile(str(part))
            part.replace(target)
            written += 1
    return written
