"""The demo's data: made from the facts in `catalog.demo` by a fixed seed, loaded with COPY."""
