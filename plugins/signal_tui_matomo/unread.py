"""What of a request Matomo never reads: bodies it does not parse, and mapped names it does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping

from signal_tui.api import Difference, Hit, Json, Raw, parse_json, text_of
from signal_tui_matomo.comparisons import altered
from signal_tui_matomo.parameters import Params

_NAMES = frozenset(
    (
        "idsite", "rec", "url", "action_name", "urlref", "rand", "apiv", "send_image", "ping", "bots", "recMode", "dp",
        "queuedtracking", "debug", "ca", "consent", "_id", "cid", "uid", "new_visit", "res", "h", "m", "s", "cookie",
        "pdf", "qt", "realp", "wma", "fla", "java", "ag", "dir", "gears", "ua", "uadata", "lang", "cvar", "_cvar",
        "_refts", "_ref", "_rcn", "_rck", "_idts", "_idvc", "_viewts", "_ects", "_idn", "country", "region", "city",
        "lat", "long", "cip", "cdt", "cdo", "token_auth", "link", "download", "search", "search_cat", "search_count",
        "e_c", "e_a", "e_n", "e_v", "c_n", "c_p", "c_t", "c_i", "pv_id", "gt_ms", "pf_net", "pf_srv", "pf_tfr",
        "pf_dm1", "pf_dm2", "pf_onl", "idgoal", "revenue", "ec_id", "ec_items", "ec_st", "ec_tx", "ec_sh", "ec_dt",
        "_pks", "_pkn", "_pkc", "_pkp", "_pkq", "tracker_install_check", "http_status", "bw_bytes", "source", "cs",
    )
)  # fmt: skip
"""Parameters of the tracking API and of what the trackers send (documented). ``_pkq`` is judged with the products."""

_PLUGINS = re.compile(r"dimension\d+|(ma|fa|cra|hsr|pk|mtm|utm)_\w*", re.ASCII)
_CARRIERS = ("idsite", "rec", "rand", "apiv", "send_image", "token_auth")


def unread(hit: Hit, params: Params) -> tuple[Difference, ...]:
    """A difference for each value of a hit that the tracker has no eyes for.

    Unknown names count only where they were mapped: what else a captured hit carries may be of a plugin's.
    """
    found = []
    for field in hit.fields:
        name = field.target
        if text_of(params.get(name, "")) and name not in _NAMES and not _PLUGINS.fullmatch(name):
            found.append(altered(name, params[name], None, "Matomo has no parameter of this name"))
    body = _flat(hit)
    because = "Matomo does not read a flat JSON body: send a form"
    found += [altered(name, body[name], None, because) for name in body if name not in (*_CARRIERS, *params)]
    return tuple({difference.field: difference for difference in found}.values())


def _flat(hit: Hit) -> Mapping[str, object]:
    match hit.request.body:
        case Json(value):
            body = value
        case Raw(content, kind) if "json" in kind.lower():
            try:
                body = parse_json(content)
            except ValueError:
                return {}
        case _:
            return {}
    return body if isinstance(body, Mapping) and "requests" not in body else {}
