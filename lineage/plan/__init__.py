"""What to do about what is affected: for each artifact the cheapest action that suffices, in order.

Pure functions of a graph, an impact answer and a policy that is data. A plan covers the blast
radius exactly: each affected artifact has one step of its own, and so has what was revoked.
"""

from lineage.plan.actions import ACTIONS, Action, ActionTerm, Brings
from lineage.plan.alternatives import Alternative, alternatives
from lineage.plan.making import make_plan
from lineage.plan.policy import PLANS, RemediationPolicy, policy_of, read_policy
from lineage.plan.records import Plan, Role, Scope, Step

__all__ = [
    "ACTIONS",
    "PLANS",
    "Action",
    "ActionTerm",
    "Alternative",
    "Brings",
    "Plan",
    "RemediationPolicy",
    "Role",
    "Scope",
    "Step",
    "alternatives",
    "make_plan",
    "policy_of",
    "read_policy",
]
