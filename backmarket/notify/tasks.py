from celery import shared_task

from backmarket.core import clock

from . import flows


@shared_task
def send_due_texts() -> None:
    flows.send_due_texts(now=clock.now())
