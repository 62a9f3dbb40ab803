"""Containers of Kubernetes: what they run, and what programs in them load."""

from ingest.containers.container import Container, artifact, containers_of, trainings_in

__all__ = ["Container", "artifact", "containers_of", "trainings_in"]
