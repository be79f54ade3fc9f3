"""What courses tell the storeys above, inside the transaction (house.md §4, rule 11)."""

from __future__ import annotations

from django.dispatch import Signal

#: Sent by `Completion.record`: completion, now. Receivers only write rows.
completion_recorded = Signal()
#: Sent by `Completion.void`: completion, now. Receivers only write rows.
completion_voided = Signal()
