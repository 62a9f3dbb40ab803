"""Measurements. Each goal prints one JSON line; ratios are between things measured in one run."""
