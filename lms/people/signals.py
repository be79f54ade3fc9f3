"""What people tell the storeys above, inside the transaction (house.md §4, rule 11)."""

from __future__ import annotations

from django.dispatch import Signal

#: Sent by `reorganising.apply`: reorganisation, now. Receivers only write rows.
reorganisation_applied = Signal()
#: Sent by `reorganising.undo`: reorganisation (the one that was undone), now. Receivers only write rows.
reorganisation_undone = Signal()
