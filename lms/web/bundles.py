"""One style sheet on the wire from four in the tree: a first view on a weak network counts requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

CSS = Path(__file__).parent / "static/lms/css"
PARTS = ("tokens", "base", "components", "print")
NAME = "lms/site.css"


def site_css() -> str:
    """The parts in the order of their layers, without comments and indentation."""
    return "".join(_slim((CSS / f"{part}.css").read_text(encoding="utf-8")) for part in PARTS)


def _slim(sheet: str) -> str:
    """Comments and leading blanks out; our sheets hold no `/*` in strings."""
    text = "".join(piece.partition("*/")[2] if index else piece for index, piece in enumerate(sheet.split("/*")))
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


class BundleFinder(BaseFinder):
    """Finds `lms/site.css`, written beside the collected files whenever a part has changed."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(  # type: ignore[override]  # the stubs split by the value of find_all
        self,
        path: str,
        find_all: bool = False,  # noqa: FBT001, FBT002 — Django's signature
        **kwargs: Any,
    ) -> str | list[str]:
        """The file on disk, for the development server."""
        if path != NAME:
            return []
        found = str(self._written() / NAME)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """The file, for collectstatic."""
        yield NAME, FileSystemStorage(location=self._written())

    def _written(self) -> Path:
        folder = Path(settings.DATA_DIR) / "run" / "bundles"
        target, text = folder / NAME, site_css()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        return folder
