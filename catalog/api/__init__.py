"""The public read API, version 1: everything that the shop's pages show, for programs (decision 2)."""
