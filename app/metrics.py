"""Figures for Prometheus: calls counted in Redis by every process, the rest filled in from plain values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import redis
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CALLS = "cartbooks:calls"  # hash: labels -> count
SECONDS = "cartbooks:call-seconds"  # hash: the same labels -> seconds spent
LABELS = ("platform", "entity", "purpose", "method", "status")
BETWEEN = "\x1f"

OnCall = Callable[[str, str, str, str, int | str, float], None]


@dataclass(frozen=True)
class Gauge:
    """One reading; readings of one name carry the same label names."""

    name: str
    about: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Calls:
    """Outgoing calls of one kind since Redis was empty."""

    labels: tuple[str, ...]  # in the order of LABELS
    count: int
    seconds: float


def counting(client: "redis.Redis") -> OnCall:
    """A hook for the connectors that counts a call; when Redis is away the call is not counted."""

    def call_counted(
        platform: str, entity: str, purpose: str, method: str, status: int | str, seconds: float
    ) -> None:
        labels = BETWEEN.join((platform, entity, purpose, method, str(status)))
        with suppress(redis.RedisError), client.pipeline(transaction=False) as pipe:
            pipe.hincrby(CALLS, labels, 1)
            pipe.hincrbyfloat(SECONDS, labels, seconds)
            pipe.execute()

    return call_counted


def counted(client: "redis.Redis") -> list[Calls]:
    """What all processes counted; raises redis.RedisError when the server is away."""
    counts = _hash(client, CALLS)
    seconds = _hash(client, SECONDS)
    return [
        Calls(tuple(labels.split(BETWEEN)), int(count), float(seconds.get(labels, 0)))
        for labels, count in sorted(counts.items())
    ]


def exposition(gauges: Iterable[Gauge], calls: Iterable[Calls]) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given([*_gauges(gauges), *_counters(list(calls))]))
    return generate_latest(registry)


class _Given(Collector):
    """Figures that are already there."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


def _gauges(gauges: Iterable[Gauge]) -> list[Metric]:
    families: dict[str, GaugeMetricFamily] = {}
    for one in gauges:
        names = sorted(one.labels)
        family = families.setdefault(one.name, GaugeMetricFamily(one.name, one.about, labels=names))
        family.add_metric([one.labels[name] for name in names], one.value)
    return list(families.values())


def _counters(calls: list[Calls]) -> list[Metric]:
    made = CounterMetricFamily("cartbooks_calls", "Outgoing calls to the platforms.", labels=LABELS)
    spent = CounterMetricFamily("cartbooks_call_seconds", "Time spent in outgoing calls.", labels=LABELS)
    for one in calls:
        made.add_metric(list(one.labels), one.count)
        spent.add_metric(list(one.labels), one.seconds)
    return [made, spent]


def _hash(client: "redis.Redis", name: str) -> dict[str, str]:
    raw: Mapping[bytes | str, bytes | str] = client.hgetall(name)
    return {_text(key): _text(value) for key, value in raw.items()}


def _text(raw: bytes | str) -> str:
    return raw.decode() if isinstance(raw, bytes) else raw
