"""A catalogue of a real marketplace's size, made by a fixed seed: what speed is measured on."""
