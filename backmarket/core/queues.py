"""The queues: two a tribe, each with a dead-letter queue (architecture, "Queues")."""

from enum import StrEnum

TASK_LIMIT_S = 20
VISIBILITY_S = 40
RECEIVES_BEFORE_DEAD_LETTER = 3


class Queue(StrEnum):
    PERFECT_JOURNEY = "perfect-journey"
    MERCHANT = "merchant"
    CARE = "care"
    BUCKS = "bucks"
    PLATFORM = "platform"
    PERFECT_JOURNEY_LONG = "perfect-journey-long"
    MERCHANT_LONG = "merchant-long"
    CARE_LONG = "care-long"
    BUCKS_LONG = "bucks-long"
    PLATFORM_LONG = "platform-long"
