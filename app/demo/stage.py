"""Sets the stage: a directory, free ports, settings as a merchant would write them, and the processes."""

from __future__ import annotations

import base64
import os
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from app.processes import processes
from app.redis_server import Embedded, free_port
from app.settings import Settings, load
from app.settings.kept import private_file
from app.supervisor import Process, Supervisor
from ledger import work
from ledger.store import close_ledger, is_current, open_ledger

PATIENCE = 60.0  # seconds until everything must be up
WORKERS = 2
OTHERS = ("REDIS_URL", "PORT")  # variables of ours without our name
DAY = 10000  # calls of the demo's Zoho plan
IN_USE = "CARTBOOKS_LEDGER_URL names a ledger that is in use: unset it for a demo, or name an empty database"

SETTINGS = """\
pace = {pace}
data_dir = "{directory}"
log_level = "INFO"

[web]
port = {web}

[flower]
port = {flower}

[connections.demo.store]
store_hash = "{store_hash}"
base_url = "{sandbox}/bigcommerce/stores/{store_hash}"
public_url = "http://127.0.0.1:{web}"

[connections.demo.zoho]
organization_id = "{organization}"
client_id = "{client_id}"
accounts_url = "{sandbox}/zoho/accounts"

[connections.demo.zoho.plan]
per_day = {day}

[connections.demo.orders]
lease = {lease}
gift_certificate_account = "{gift_certificates}"
store_credit_account = "{store_credit}"

[connections.demo.catalogue]
items = "on"
items_interval = 100
price_lists = "on"
prices_interval = 200
"""


@dataclass(frozen=True)
class Ports:
    sandbox: int
    web: int
    flower: int

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox}"


@dataclass(frozen=True)
class Control:
    """The sandbox's strings, pulled over HTTP like everything else."""

    url: str

    def get(self, path: str) -> Any:
        return self._read(requests.get(f"{self.url}/control/{path}", timeout=60))

    def post(self, path: str, body: Any) -> Any:
        return self._read(requests.post(f"{self.url}/control/{path}", json=body, timeout=60))

    def put(self, path: str, body: Any) -> Any:
        return self._read(requests.put(f"{self.url}/control/{path}", json=body, timeout=60))

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/control/clock", timeout=1).ok
        except requests.RequestException:
            return False

    @staticmethod
    def _read(response: requests.Response) -> Any:
        answer = response.json()
        if not response.ok:
            raise RuntimeError(f"the sandbox refuses: {answer.get('error', response.status_code)}")
        return answer


def free_ports() -> Ports:
    """Three ports that nobody listens on."""
    return Ports(free_port(), free_port(), free_port())


def outside(ports: Ports, pace: float, latency: float) -> Process:
    """The platforms: a process of their own, which knows nothing of us."""
    options = ("--port", str(ports.sandbox), "--pace", str(pace), "--latency", str(latency))
    argv = (sys.executable, "-m", "app", "sandbox", *options)
    return Process("sandbox", argv, os.environ, ready=Control(ports.sandbox_url).ready)


def write_settings(
    directory: Path, ports: Ports, control: Control, pace: float
) -> tuple[Settings, Mapping[str, str]]:
    """Settings and environment of the house; what a merchant looks up in Zoho is looked up in the sandbox."""
    told = control.get("credentials")
    accounts = control.get("zoho")["accounts"]
    path = directory / "cartbooks.toml"
    path.write_text(
        SETTINGS.format(
            pace=pace,
            directory=directory,
            web=ports.web,
            flower=ports.flower,
            store_hash=told["bigcommerce"]["store_hash"],
            sandbox=ports.sandbox_url,
            organization=told["zoho"]["organization_id"],
            client_id=told["zoho"]["client_id"],
            day=DAY,
            lease=max(20, round(90 / pace)),  # a killed worker's record waits this long
            gift_certificates=accounts["Gift Certificates"],
            store_credit=accounts["Store Credit"],
        )
    )
    env = {**os.environ, **_secrets(told), "CARTBOOKS_SETTINGS": str(path)}
    private_file(variables(directory), "\n".join(_exports(env)))
    settings = load(path, env)
    if env.get("CARTBOOKS_LEDGER_URL"):
        nobodys(settings.ledger_url)
    return settings, env


def nobodys(url: str) -> None:
    """A demo begins with an empty ledger. Raises RuntimeError for one that is a merchant's, or another demo's."""
    ledger = open_ledger(url)
    try:
        if is_current(ledger) and work.counts(ledger):
            raise RuntimeError(IN_USE)
    finally:
        close_ledger(ledger)


def variables(directory: Path) -> Path:
    """A file to be sourced, after which every command talks to the running demo."""
    return directory / "env"


def _exports(env: Mapping[str, str]) -> list[str]:
    """What decides about settings; the rest of the environment is nobody's business here."""
    ours = {name: value for name, value in env.items() if name.startswith("CARTBOOKS_") or name in OTHERS}
    return [f"export {name}={shlex.quote(value)}" for name, value in sorted(ours.items())]


def _secrets(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "CARTBOOKS_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "CARTBOOKS_DEMO_BIGCOMMERCE_TOKEN": told["bigcommerce"]["access_token"],
        "CARTBOOKS_DEMO_BIGCOMMERCE_CLIENT_SECRET": told["bigcommerce"]["client_secret"],
        "CARTBOOKS_DEMO_ZOHO_CLIENT_SECRET": told["zoho"]["client_secret"],
        "CARTBOOKS_DEMO_ZOHO_REFRESH_TOKEN": told["zoho"]["refresh_token"],
    }


def house(settings: Settings, env: Mapping[str, str], redis: Embedded | None) -> tuple[list[Process], str]:
    """Our processes, two workers among them, and the address of their Redis."""
    url = redis.url if redis else settings.redis_url
    return list(processes(settings, {**env, "REDIS_URL": url}, redis, workers=WORKERS)), url


def raised(every: list[Process], write: Callable[[str, str], None]) -> Supervisor:
    """Started, all of them; raises RuntimeError when they do not come up."""
    supervisor = Supervisor(every, write)
    if not supervisor.start(PATIENCE) or not _all_ready(every):
        supervisor.stop(at_once=True)
        raise RuntimeError("the demo's processes did not come up; their output is in the log file")
    return supervisor


def _all_ready(every: list[Process]) -> bool:
    end = time.monotonic() + PATIENCE
    waited_for = [one.ready for one in every if one.ready is not None]
    while not all(ready() for ready in waited_for):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def set_up_taxes(control: Control, taxes: list[Mapping[str, Any]]) -> None:
    """The taxes of these orders, as their merchant would have made them in Zoho; groups after their members."""
    known: set[str] = set()
    for tax in taxes:
        for single in tax["members"] or [tax]:
            if single["name"] not in known:
                control.post("zoho/taxes", {"name": single["name"], "percentage": single["rate"]})
                known.add(single["name"])
        if tax["members"] and tax["name"] not in known:
            control.post(
                "zoho/taxes", {"name": tax["name"], "taxes": [each["name"] for each in tax["members"]]}
            )
            known.add(tax["name"])
