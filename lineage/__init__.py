"""Lineage: a data-lineage graph explorer for machine learning."""
