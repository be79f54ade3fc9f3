"""Faces of Be Vietnam Pro, cut down to the characters that a template holds."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import fontpkg_be_vietnam_pro

from certificates.engine.charset import CHARSET, EXTRA_LIMIT, MissingGlyphs, beyond

_UNUSED = ("GSUB", "GPOS", "GDEF", "DSIG", "gasp")
"""Taken out first: reading them costs more than everything else."""


def path_of(face: str) -> Path:
    """The file of a face by its name, such as «SemiBold»."""
    return Path(fontpkg_be_vietnam_pro.ROOT) / "files" / f"BeVietnamPro-{face}.ttf"


@cache
def glyphs_of(face: str) -> frozenset[str]:
    """Every character that the whole face can print."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 — as in `cut`

    with TTFont(path_of(face), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def extra_characters(text: str, faces: tuple[str, ...]) -> str:
    """What an artefact needs beyond the usual 243 to print `text`: each once, in order of code; often "".

    Raises MissingGlyphs for characters that one of the faces lacks, and if there are more than fit (12).
    """
    extra = beyond(text)
    absent = "".join(char for char in extra if any(char not in glyphs_of(face) for face in faces))
    if absent or len(extra) > EXTRA_LIMIT:
        raise MissingGlyphs(absent or extra)
    return extra


def cut(face: str, characters: str = CHARSET) -> bytes:
    """The face with these characters only, no hinting, no layout tables; the same bytes every time."""
    from fontTools import subset  # noqa: PLC0415 — 9 MB of every process, for what few of them ever do
    from fontTools.ttLib import TTFont  # noqa: PLC0415 — as above

    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [1, 2, 6]
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(path_of(face), recalcTimestamp=False) as font:
        for table in _UNUSED:
            if table in font:
                del font[table]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=map(ord, characters))
        subsetter.subset(font)
        out = BytesIO()
        font.save(out)
    return out.getvalue()
