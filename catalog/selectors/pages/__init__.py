"""What the shop's pages show, each in a fixed number of queries whatever their size."""
