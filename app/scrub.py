"""Takes people and secrets out of what is said about the work, for logs and for error reports alike."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Scrub = Callable[[Any], Any]

DROPPED = "[dropped]"
PERSONAL = re.compile(
    r"(^|_)(e?mails?|phone|mobile|first_?name|last_?name|full_?name|contact_?name|customer_?name|company(_name)?"
    r"|address(es)?|street(_\d)?|street2|attention|city|zip|zip_?code|postal_?code|ip_address|body|payload)$",
    re.IGNORECASE,
)
SECRET = re.compile(
    r"(token|secret|password|passwd|authorization|signature|cookie|credential|(api|private|access)_?key|dsn)",
    re.IGNORECASE,
)
_IN_TEXT = (
    (re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]+(?=@)"), "[secret]"),  # user and password in an address
    (re.compile(r"[^\s\"'<>=?&:;,()\[\]{}/]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE), "[e-mail]"),
    (re.compile(r"\b1000\.[0-9a-zA-Z]{16,}\.[0-9a-zA-Z]{16,}\b"), "[token]"),  # Zoho: access, refresh, grant
    (re.compile(r"\bgAAAA[\w=-]{20,}"), "[token]"),  # sealed by us
    (re.compile(r"\b(Zoho-oauthtoken|Bearer|Basic)\s+[^\s\"',]+", re.IGNORECASE), r"\1 [token]"),
    (
        re.compile(
            r"\b([\w-]*(?:token|secret|password|signature|api_?key)[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;)}]+",
            re.IGNORECASE,
        ),
        r"\1[token]",
    ),
)


def scrubber(secrets: Iterable[str] = ()) -> Scrub:
    """A function that returns its argument with personal data and secrets replaced, at any depth.

    `secrets` are values known to this process; they are found wherever they stand.
    """
    known = sorted({one for one in secrets if len(one) >= 6}, key=len, reverse=True)

    def scrub(value: Any) -> Any:
        match value:
            case str():
                return _text(value, known)
            case bytes():
                return _text(value.decode("utf-8", "replace"), known)
            case Mapping():
                return {name: _named(str(name), one, scrub) for name, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [scrub(one) for one in value]
            case _:
                return value

    return scrub


def _text(value: str, known: list[str]) -> str:
    for secret in known:
        value = value.replace(secret, "[secret]")
    for pattern, instead in _IN_TEXT:
        value = pattern.sub(instead, value)
    return value


def _named(name: str, value: Any, scrub: Scrub) -> Any:
    hidden = value not in (None, "") and bool(PERSONAL.search(name) or SECRET.search(name))
    return DROPPED if hidden and not isinstance(value, bool) else scrub(value)
