"""
The sandbox payment provider: another company, as far as the shop is concerned.

It runs as a process of its own with its own tables, and the shop talks to it over HTTP alone.
"""
