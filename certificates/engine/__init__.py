"""The PDF engine of certificates: draw a template once, keep its bytes, append three objects per certificate.

`freeze` (ReportLab, fontTools) draws a layout once into a `Frozen`; `render` (pure Python) adds what differs. An
issued certificate is rendered again years later by the engine that its template names: this one is number 1, and
its output never changes. A later engine stands beside it. See attendance-and-certificates.md part 3.
"""

from __future__ import annotations

ENGINE = 1
"""The number that templates and artefacts carry."""
