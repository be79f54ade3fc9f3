"""Parts of a page that come out the same for everybody, rendered once for each language and kept by the process."""

from __future__ import annotations

import secrets
from typing import Any

from django.template import Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST = 500
"""So many variants of one part; more of them would mean that it depends on who looks, and all are forgotten."""
TOKEN = secrets.token_hex(16)
"""Stands in a kept form where the token of the request belongs."""


class Kept(Node):
    """What stands between the tags. It may use what `varies` names, addresses, translations, icons and `csrf_token`."""

    def __init__(self, nodelist: NodeList, varies: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.varies = varies
        self.rendered: dict[Any, str] = {}

    def render(self, context: Context) -> SafeString:
        """The part; rendered if this variant was not seen before."""
        key = (get_language(), get_script_prefix(), *(one.resolve(context) for one in self.varies))
        text = self.rendered.get(key)
        if text is None:
            with context.push(csrf_token=TOKEN):
                text = self.nodelist.render(context)
            if len(self.rendered) >= MOST:
                self.rendered.clear()
            self.rendered[key] = text
        if TOKEN in text:
            text = text.replace(TOKEN, str(context.get("csrf_token", "")))
        return SafeString(text)


def kept(parser: Parser, token: Token) -> Kept:
    """`{% kept %}…{% endkept %}`, or `{% kept links %}` for a part that comes out by the value of `links`.

    Nothing about a person belongs in it, and no number that grows without end.
    """
    _name, *varies = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, [parser.compile_filter(one) for one in varies])
