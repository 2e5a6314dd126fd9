"""What a user agent stands for, and which ones are bots."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A user agent taken apart. ``browser`` is shown; only browsers (``is_browser``) tell visitors apart."""

    type: str = "Unknown"
    model: str = "Unknown"
    system: str = "Unknown"
    system_code: str = "UNK"
    system_version: str = ""
    browser: str = "Unknown"
    browser_code: str = "UNK"
    browser_version: str = ""
    family: str = "Unknown"
    is_browser: bool = False


# assumed: a few rows of a table of thousands, in the order they are tried
_SYSTEMS = (
    (r"Windows NT 10", "Windows", "WIN", "10"),
    (r"Windows NT 6\.1", "Windows", "WIN", "7"),
    (r"(?:iPhone|iPad).*? OS (\d+)[_.](\d+)", "iOS", "IOS", r"\1.\2"),
    (r"Mac OS X (\d+)[_.](\d+)", "Mac", "MAC", r"\1.\2"),
    (r"Android (\d+)(?:\.(\d+))?", "Android", "AND", r"\1"),
    (r"Ubuntu", "Ubuntu", "UBT", ""),
    (r"Linux", "GNU/Linux", "LIN", ""),
)
_BROWSERS = (
    (r"Edg(?:A|iOS)?/(\d+)(?:\.(\d+))?", "Microsoft Edge", "PS", "Blink"),
    (r"OPR/(\d+)(?:\.(\d+))?", "Opera", "OP", "Blink"),
    (r"Firefox/(\d+)(?:\.(\d+))?", "Firefox", "FF", "Gecko"),
    (r"Chrome/(\d+)(?:\.(\d+))?.* Mobile", "Chrome Mobile", "CM", "Blink"),
    (r"Chrome/(\d+)(?:\.(\d+))?", "Chrome", "CH", "Blink"),
    (r"Version/(\d+)(?:\.(\d+))?.*Mobile.*Safari", "Mobile Safari", "MF", "WebKit"),
    (r"Version/(\d+)(?:\.(\d+))?.*Safari", "Safari", "SF", "WebKit"),
)
_LIBRARIES = (
    (r"^curl/(\d+\.\d+)", "curl"),
    (r"^python-requests/(\d+\.\d+)", "Python Requests"),
    (r"^python-httpx/(\d+\.\d+)", "HTTPX"),
    (r"^Apache-HttpClient/(\d+\.\d+)", "Apache HTTP Client"),
    (r"^Go-http-client/(\d+\.\d+)", "Go-http-client"),
    (r"^axios/(\d+\.\d+)", "Axios"),
    (r"^okhttp/(\d+\.\d+)", "OkHttp"),
    (r"^Wget/(\d+\.\d+)", "Wget"),
    (r"^PostmanRuntime/(\d+\.\d+)", "Postman Desktop"),
    (r"^GuzzleHttp/(\d+)", "Guzzle (PHP HTTP Client)"),
    (r"^Java/(\d+\.\d+)", "Java"),
)
_BOTS = re.compile(
    r"googlebot|bingbot|slurp|duckduckbot|baiduspider|yandexbot|facebookexternalhit|uptimerobot|pingdom"
    r"|applebot|gptbot|claudebot|ahrefs|semrush|lighthouse|monitor(?![a-z])|validator|probe(?![a-z])|^httpx"
    r"|[a-z0-9_-]*(?:(?<!cu)bot|crawler|crawl|checker|archiver|spider|script)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def is_bot(agent: str) -> bool:
    """Whether the agent counts as a bot. HTTP libraries and an empty agent do not (observed)."""
    return bool(_BOTS.search(agent))


def read_agent(agent: str) -> Device:
    """The device of an agent."""
    system, code, version = "Unknown", "UNK", ""
    for pattern, name, short, template in _SYSTEMS:
        if match := re.search(pattern, agent):
            system, code, version = name, short, match.expand(template)
            break
    if is_bot(agent):
        system, code, version = "Bot", "BOT", ""
    for pattern, name, short, family in _BROWSERS:
        if match := re.search(pattern, agent):
            mobile = "Mobile" in agent or code == "IOS"
            kind = "Smartphone" if mobile else "Tablet" if code == "AND" else "Desktop"
            return Device(
                type=kind,
                model=f"Generic {kind}",
                system=system,
                system_code=code,
                system_version=version,
                browser=name,
                browser_code=short,
                browser_version=f"{match[1]}.{match[2] or 0}",
                family=family,
                is_browser=True,
            )
    for pattern, name in _LIBRARIES:
        if match := re.search(pattern, agent):
            return Device(system=system, system_code=code, browser=name, browser_version=match[1])
    return Device(system=system, system_code=code, system_version=version)
