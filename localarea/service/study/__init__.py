"""
Options, scenarios and decisions as pages and the API both need them worked out.

Rests on the state of the service and on who asks; makes neither pages nor JSON. Start with `study`,
which answers a scenario, and `decision_flow`, which takes a proposal to its approval.
"""
