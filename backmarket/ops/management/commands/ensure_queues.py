"""Create the SQS queues, each with its dead-letter queue, and set their visibility and redrive."""

import json
from typing import Any

import boto3
from django.conf import settings
from django.core.management.base import BaseCommand

from backmarket.celery import queue_name
from backmarket.core.queues import RECEIVES_BEFORE_DEAD_LETTER, VISIBILITY_S, Queue


def ensure_queues() -> list[str]:
    """Create what is missing and set attributes on what is there; return the queue URLs."""
    sqs = boto3.client("sqs", endpoint_url=settings.SQS_ENDPOINT_URL, region_name=settings.AWS_DEFAULT_REGION)
    urls = []
    for queue in Queue:
        dead_url = sqs.create_queue(QueueName=f"{queue_name(queue)}-dead")["QueueUrl"]
        retention = {"MessageRetentionPeriod": str(14 * 24 * 3600)}
        sqs.set_queue_attributes(QueueUrl=dead_url, Attributes=retention)
        dead_arn = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": RECEIVES_BEFORE_DEAD_LETTER}
        url = sqs.create_queue(QueueName=queue_name(queue))["QueueUrl"]
        attributes = {"VisibilityTimeout": str(VISIBILITY_S), "RedrivePolicy": json.dumps(redrive), **retention}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        urls.append(url)
    return urls


class Command(BaseCommand):
    help = "Create the SQS queues and their dead-letter queues; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{len(ensure_queues())} queues ready, each with its dead-letter queue")
