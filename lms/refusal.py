"""A refusal that a person can act on."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A verb says no, for a reason that has a stable code and a sentence in the reader's language.

    `code` is lower_snake_case and stands on the map in docs/rules.md. `details` holds small JSON values
    that a screen may show beside the sentence. `status` is the HTTP status of the answer: 409 where the
    state forbids it (default), 422 where the input is at fault, 403 where the person may not.
    """

    def __init__(self, code: str, message: Any, /, *, status: int = 409, **details: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.message = message
        self.status = status
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
