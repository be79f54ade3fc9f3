"""Error pages, and the style guide for those who build pages."""

from __future__ import annotations

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from lms.web.refusals import answer, busy, is_busy, wants_json
from lms.web.samples import SAMPLES


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: handler400."""
    message = _("The system could not understand this request.")
    return answer(request, code="bad_request", message=message, status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: handler403. The reason stays inside."""
    message = _("Your account may not open this page.")
    return answer(request, code="forbidden", message=message, status=403, template="403.html")


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: handler404. The same words for what does not exist and what one may not see."""
    message = _("There is no page at this address, or you may not see it.")
    return answer(request, code="not_found", message=message, status=404, template="404.html")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: handler500. A database that was busy outside a view (sessions, say) still answers 503."""
    if is_busy(sys.exc_info()[1]):
        return busy(request)
    message = _("The system met an error. It has been noted; please try again later.")
    if wants_json(request):
        return JsonResponse({"code": "server_error", "message": message, "details": {}}, status=500)
    return HttpResponse(render_to_string("500.html", {"message": message}), status=500)


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with its samples; only with DEBUG."""
    if not settings.DEBUG:
        raise Http404
    shown = [(s.name, [render_to_string(s.template, context) for context in s.contexts]) for s in SAMPLES]
    return render(request, "styleguide.html", {"components": shown})
