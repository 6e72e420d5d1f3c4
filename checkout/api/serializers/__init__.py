"""Shapes that the API of buying takes and answers."""
