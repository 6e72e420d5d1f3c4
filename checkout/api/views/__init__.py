"""Addresses of the API of buying."""
