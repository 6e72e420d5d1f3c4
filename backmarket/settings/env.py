"""Typed access to the environment: every secret and address comes from here, and a missing one is named at start."""

from environs import Env

env = Env(eager=True)
