"""Celery on SQS, with the settings behind promises R1 to R4 (reliability.md, last section)."""

import os
from typing import Any
from urllib.parse import urlsplit

from celery import Celery, Task
from celery.schedules import crontab
from django.conf import settings

from backmarket.core.queues import TASK_LIMIT_S, VISIBILITY_S, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backmarket.settings.local")

MAX_DELAY_S = 14 * 60


class DelayTooLongError(ValueError):
    """A countdown or ETA above 14 minutes outlives SQS's limits: write a row that a sweep reads (R3)."""


class GuardedTask(Task[..., None]):
    """Refuses long delays at run time."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        if options.get("eta") is not None or (options.get("countdown") or 0) > MAX_DELAY_S:
            raise DelayTooLongError(self.name)
        return super().apply_async(args, kwargs, **options)


def queue_name(queue: Queue) -> str:
    return f"{settings.QUEUE_PREFIX}{queue.value}"


def queue_url(queue: Queue) -> str:
    base = settings.SQS_ENDPOINT_URL or f"https://sqs.{settings.AWS_DEFAULT_REGION}.amazonaws.com"
    return f"{base}/{settings.QUEUE_ACCOUNT}/{queue_name(queue)}"


def broker() -> tuple[str, bool]:
    """Return the broker's address and whether it speaks TLS: Amazon's own, or another endpoint that speaks SQS."""
    if not settings.SQS_ENDPOINT_URL:
        return "sqs://", True
    endpoint = urlsplit(settings.SQS_ENDPOINT_URL)
    return f"sqs://{endpoint.netloc}", endpoint.scheme == "https"


def _every(seconds: float, task: str, queue: Queue) -> dict[str, Any]:
    return {"task": task, "schedule": float(seconds), "options": {"queue": queue.value}}


BROKER_URL, BROKER_IS_SECURE = broker()

app = Celery("backmarket", task_cls=GuardedTask)
app.conf.update(
    broker_url=BROKER_URL,
    broker_transport_options={
        "is_secure": BROKER_IS_SECURE,
        "region": settings.AWS_DEFAULT_REGION,
        "visibility_timeout": VISIBILITY_S,
        "wait_time_seconds": 1 if settings.DEMO else 10,
        "polling_interval": 0.1,
        "predefined_queues": {
            queue.value: {
                "url": queue_url(queue),
                "access_key_id": os.environ.get("AWS_ACCESS_KEY_ID"),
                "secret_access_key": os.environ.get("AWS_SECRET_ACCESS_KEY"),
            }
            for queue in Queue
        },
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure_or_timeout=False,
    task_ignore_result=True,
    task_time_limit=TASK_LIMIT_S,
    task_default_queue=Queue.PLATFORM.value,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    beat_schedule={
        "payments-sweep": _every(20, "payments.tasks.sweep_payments", Queue.BUCKS),
        "payments-maturity": _every(300, "payments.tasks.release_matured", Queue.BUCKS),
        "payments-reserves": _every(300, "payments.tasks.release_reserves", Queue.BUCKS),
        "payments-snapshots": _every(60, "payments.tasks.take_snapshots", Queue.BUCKS_LONG),
        "payments-check": {
            "task": "payments.tasks.start_check",
            "schedule": crontab(hour=2, minute=45),
            "options": {"queue": Queue.BUCKS_LONG.value},
        },
        "payments-check-parts": _every(60, "payments.tasks.go_on_with_check", Queue.BUCKS_LONG),
        "catalog-release-stock": _every(30, "catalog.tasks.release_expired_stock", Queue.PERFECT_JOURNEY),
        "catalog-elections": _every(20, "catalog.tasks.elect_dirty_offers", Queue.PERFECT_JOURNEY),
        "catalog-related": _every(60, "catalog.tasks.relate_products", Queue.PERFECT_JOURNEY_LONG),
        "catalog-forget-searches": {
            "task": "catalog.tasks.forget_old_searches",
            "schedule": crontab(hour=2, minute=35),
            "options": {"queue": Queue.PERFECT_JOURNEY.value},
        },
        "catalog-alerts": _every(20, "catalog.tasks.send_due_alerts", Queue.PERFECT_JOURNEY),
        "catalog-reductions": _every(600, "catalog.tasks.end_worn_reductions", Queue.PERFECT_JOURNEY),
        "catalog-visits": _every(3600, "catalog.tasks.forget_visits", Queue.PERFECT_JOURNEY),
        "checkout-expire-unpaid": _every(30, "checkout.tasks.expire_unpaid_orders", Queue.PERFECT_JOURNEY),
        "checkout-cancel-late": _every(300, "checkout.tasks.cancel_late_lines", Queue.PERFECT_JOURNEY),
        "checkout-watch-parcels": _every(900, "checkout.tasks.watch_parcels", Queue.PERFECT_JOURNEY),
        "checkout-refund-undelivered": _every(300, "checkout.tasks.refund_undelivered", Queue.PERFECT_JOURNEY),
        "checkout-labels": _every(60, "checkout.tasks.finish_labels", Queue.PERFECT_JOURNEY),
        "checkout-reviews": _every(900, "checkout.tasks.ask_for_reviews", Queue.PERFECT_JOURNEY),
        "checkout-forget-carrier-messages": {
            "task": "checkout.tasks.forget_carrier_messages",
            "schedule": crontab(hour=3, minute=40),
            "options": {"queue": Queue.PERFECT_JOURNEY.value},
        },
        "checkout-forget-baskets": {
            "task": "checkout.tasks.forget_baskets",
            "schedule": crontab(hour=3, minute=20),
            "options": {"queue": Queue.PERFECT_JOURNEY.value},
        },
        "checkout-commission-invoices": _every(900, "checkout.tasks.issue_commission_invoices", Queue.PERFECT_JOURNEY),
        "checkout-held-orders": _every(300, "checkout.tasks.remind_of_held_orders", Queue.PERFECT_JOURNEY),
        "care-escalation": _every(60, "care.tasks.escalate_silent_tickets", Queue.CARE),
        "care-closing": _every(3600, "care.tasks.close_settled_tickets", Queue.CARE),
        "platform-texts": _every(60, "backmarket.notify.tasks.send_due_texts", Queue.PLATFORM),
        "platform-sweep": _every(60, "backmarket.core.tasks.sweep_outbox", Queue.PLATFORM),
        "platform-keys": _every(600, "backmarket.core.tasks.forget_idempotent_calls", Queue.PLATFORM),
        "partitions": {"task": "backmarket.core.tasks.ensure_partitions", "schedule": crontab(hour=2, minute=5)},
    },
)
if settings.ELASTICSEARCH_URL:
    # What nobody took up in time is not missed: the next one does the same.
    app.conf.beat_schedule["catalog-search-index"] = {
        "task": "catalog.tasks.index_search_documents",
        "schedule": 2.0,
        "options": {"queue": Queue.PERFECT_JOURNEY.value, "expires": 4},
    }
app.autodiscover_tasks(lambda: list(settings.INSTALLED_APPS))
