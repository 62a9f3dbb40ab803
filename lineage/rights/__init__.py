"""Was it ours to use? Rights, consent, purpose and risk along every path.

Pure functions of a :class:`~lineage.graph.Graph`, a set of rules and a day. Unknown is never
permission: what nobody has said of an origin flows like any other fact.
"""

from lineage.rights.findings import Finding, Rights, rights
from lineage.rights.rules import Rules, Severity, default_rules, rules_of

__all__ = ["Finding", "Rights", "Rules", "Severity", "default_rules", "rights", "rules_of"]
