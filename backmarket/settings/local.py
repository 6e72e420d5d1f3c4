"""A developer's machine and the demo: plain HTTP on this machine."""

from .base import *  # noqa: F403
from .env import env

DEBUG = env.bool("DEBUG", default=False)
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=False)

if env.bool("BENCH", default=False):
    MIDDLEWARE = [*MIDDLEWARE, "backmarket.ops.scale.yardstick.YardstickMiddleware"]
