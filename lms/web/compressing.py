"""Pages are sent compressed. What is compressed already (papers, workbooks, pictures) would only cost time."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SHRINK = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")
"""What such a type begins with still shrinks."""


class CompressionMiddleware(GZipMiddleware):
    """As Django's, with its random bytes against guessing by length, for text alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, shorter where the browser can take it."""
        if not response.get("Content-Type", "text/html").startswith(SHRINK):
            return response
        shorter: HttpResponseBase = super().process_response(request, response)
        return shorter
