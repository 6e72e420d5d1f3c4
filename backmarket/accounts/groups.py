"""The staff groups (decision 4)."""

AGENT = "agent"
FINANCE = "finance"
OPERATOR = "operator"
ALL = (AGENT, FINANCE, OPERATOR)
