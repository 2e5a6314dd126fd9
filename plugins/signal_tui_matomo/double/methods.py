"""The methods of the Reporting API that the double knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from signal_tui_matomo.double.calls import PLUGINS, ApiError, Call
from signal_tui_matomo.double.live import counters, last_visits, most_recent, visitor_profile
from signal_tui_matomo.double.shown_visits import Shown, site_row
from signal_tui_matomo.double.sites import ANONYMOUS, SITES, USERS, VERSION, Access
from signal_tui_matomo.double.visits import Failure

Method: TypeAlias = Callable[[Call], Any]


def _failures(call: Call) -> list[Shown]:
    call.some("admin")
    return [
        _failure(failure)
        for failure in sorted(call.log.failures.values(), key=lambda item: (item.site, item.kind))
        if call.user.superuser or call.user.may(failure.site, "admin")
    ]


def _failure(failure: Failure) -> Shown:
    when = datetime.fromtimestamp(failure.at, UTC)
    site = SITES.get(failure.site)
    unknown = failure.kind == 1
    return {
        "idsite": failure.site,
        "idfailure": failure.kind,
        "date_first_occurred": when.strftime("%Y-%m-%d %H:%M:%S"),
        "request_url": failure.query,
        "site_name": site.name if site else "Unknown",
        "pretty_date_first_occurred": f"{when:%b} {when.day}, {when.year} {when:%H:%M:%S}",
        "url": failure.url,
        "problem": "The site does not exist."
        if unknown
        else "Request was not authenticated but authentication was required.",
        "solution": "Update the configured idSite in the tracker."
        if unknown
        else 'Set or correct a "token_auth" in your tracking request.',
        "solution_url": f"https://matomo.org/faq/how-to/faq_{30838 if unknown else 30835}/",
    }


def _goals(call: Call) -> list[Shown]:
    rows: list[Shown] = []
    for site in call.sites():
        for goal in site.goals:
            row: Shown = {
                "idsite": site.id,
                "idgoal": goal.id,
                "name": goal.name,
                "description": "",
                "match_attribute": goal.attribute,
            }
            if goal.attribute != "manually":
                row |= {"pattern": goal.pattern, "pattern_type": "contains", "case_sensitive": 0}
            rows.append(
                row
                | {
                    "allow_multiple": int(goal.multiple),
                    "revenue": int(goal.revenue),
                    "deleted": 0,
                    "event_value_as_revenue": int(goal.event_value),
                }
            )
    return rows


def _dimensions(call: Call) -> list[Shown]:
    return [
        {
            "idcustomdimension": str(item.id),
            "idsite": str(site.id),
            "name": item.name,
            "index": str(item.index),
            "scope": item.scope,
            "active": item.active,
            "extractions": [],
            "case_sensitive": True,
        }
        for site in [call.site()]
        for item in site.dimensions
    ]


def _version(call: Call) -> str:
    call.some("view")
    return VERSION


def _site_rows(needed: Access) -> Method:
    return lambda call: [site_row(SITES[number], full=call.user.superuser) for number in call.user.sites(needed)]


def _ids(needed: Access, *, exactly: bool = False) -> Method:
    def numbers(call: Call) -> list[int]:
        if exactly:
            return [number for number, access in call.user.access.items() if access == needed]
        return call.user.sites(needed)

    return numbers


def _super(value: Callable[[Call], Any]) -> Method:
    def guarded(call: Call) -> Any:
        call.superuser()
        return value(call)

    return guarded


def _site_parameters(call: Call) -> list[str]:
    return list(call.site().excluded_parameters)


def _global(call: Call) -> str:
    call.some("admin")
    return ""


def _user(call: Call) -> Shown:
    login = call.required("userLogin")
    if not call.user.superuser and login != call.user.login:
        raise ApiError(f"The user has to be either a Super User or the user '{login}' itself.", 401)
    return {
        "login": login,
        "email": f"{login}@example.org",
        "superuser_access": int(call.user.superuser),
        "invite_status": "active",
    }


def _site_access(call: Call) -> list[Shown]:
    login = call.required("userLogin")
    call.superuser()
    user = next((user for user in USERS.values() if user.login == login), ANONYMOUS)
    return [{"site": number, "access": access} for number, access in user.access.items()]


METHODS: dict[str, Method] = {
    "API.getMatomoVersion": _version,
    "API.getPiwikVersion": _version,
    "API.getPhpVersion": _super(lambda call: {"version": "8.2.0"}),
    "API.getIpFromHeader": lambda call: call.address,
    "API.isPluginActivated": lambda call: call.required("pluginName") in PLUGINS,
    "API.getSettings": lambda call: {"SDK_batch_size": 10, "SDK_interval_value": 30},
    "Live.getLastVisitsDetails": last_visits,
    "Live.getCounters": counters,
    "Live.getMostRecentVisitorId": most_recent,
    "Live.getVisitorProfile": visitor_profile,
    "SitesManager.getSiteFromId": lambda call: site_row(call.site(), full=call.user.superuser),
    "SitesManager.getSiteUrlsFromId": lambda call: list(call.site().urls),
    "SitesManager.getAllSites": _super(lambda call: [site_row(site, full=True) for site in SITES.values()]),
    "SitesManager.getAllSitesId": _super(lambda call: list(SITES)),
    "SitesManager.getSitesWithAtLeastViewAccess": _site_rows("view"),
    "SitesManager.getSitesWithAdminAccess": _site_rows("admin"),
    "SitesManager.getSitesIdWithAtLeastViewAccess": _ids("view"),
    "SitesManager.getSitesIdWithViewAccess": _ids("view", exactly=True),
    "SitesManager.getSitesIdWithWriteAccess": _ids("write", exactly=True),
    "SitesManager.getSitesIdWithAdminAccess": _ids("admin"),
    "SitesManager.getExcludedIpsGlobal": _global,
    "SitesManager.getExcludedUserAgentsGlobal": _global,
    "SitesManager.getExcludedReferrersGlobal": _global,
    "SitesManager.getExcludedQueryParametersGlobal": _global,
    "SitesManager.getExcludedQueryParameters": _site_parameters,
    "SitesManager.getKeepURLFragmentsGlobal": lambda call: False,
    "SitesManager.getSearchKeywordParametersGlobal": _global,
    "UsersManager.hasSuperUserAccess": lambda call: call.user.superuser,
    "UsersManager.getUser": _user,
    "UsersManager.getSitesAccessFromUser": _site_access,
    "Goals.getGoals": _goals,
    "CustomDimensions.getConfiguredCustomDimensions": _dimensions,
    "CoreAdminHome.getTrackingFailures": _failures,
}
