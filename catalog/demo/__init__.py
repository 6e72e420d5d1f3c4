"""Facts that the demo shop is built from; see README.md beside this file."""
