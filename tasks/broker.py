"""Makes the Celery app: messages only nudge, so they are small, late-acknowledged and never awaited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import Celery
from kombu import Queue

from tasks.guard import guard

ORDERS = "orders"  # Redis keeps a queue as a list of its name
QUEUES = (ORDERS, "items", "prices", "shipments", "stock", "sweeps")  # one per flow, named like it
# a walk through fifty thousand items takes its time and memory where orders are not worked; the first match counts
ROUTES = {
    "sweeps.items*": {"queue": "items"},
    "sweeps.prices": {"queue": "prices"},
    "sweeps.stock*": {"queue": "stock"},
}


def make_celery(redis_url: str, schedule: Mapping[str, Mapping[str, Any]], schedule_file: str) -> Celery:
    """A Celery app on `redis_url`; every setting that differs from the default has its reason beside it."""
    guard()
    app = Celery("cartbooks", broker=redis_url, include=["tasks.entries"])
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,  # the ledger remembers; nobody waits for a result
        worker_cancel_long_running_tasks_on_connection_loss=False,  # records are fenced instead
        worker_hijack_root_logger=False,
        worker_send_task_events=True,  # Flower
        task_send_sent_event=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_acquire_timeout=5,
        broker_transport_options=_transport(),
        task_default_queue="sweeps",
        task_queues=[Queue(name) for name in QUEUES],
        task_routes=ROUTES | {f"{name}.*": {"queue": name} for name in QUEUES},
        beat_schedule=dict(schedule),
        beat_schedule_filename=schedule_file,
        beat_max_loop_interval=5,
        timezone="UTC",
    )
    return app


def publisher(app: Celery) -> Any:
    """A nudge that never waits long: when Redis is away the row is enough, a worker's pump finds it."""

    def publish(task: str, work_id: int) -> None:
        app.send_task(task, args=[work_id], retry=False, ignore_result=True)

    return publish


def _transport() -> dict[str, Any]:
    return {
        "visibility_timeout": 120,  # longer than any record may be held; a lost nudge is handed out by the pump
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 10,
        "socket_timeout": 5,  # a half-open connection stalls a worker this long
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
    }
