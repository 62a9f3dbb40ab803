"""Readers of training configs, cards and manifests: one file a format."""
