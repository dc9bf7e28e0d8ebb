"""The pages of decisions: proposals, approvals, and the definitions that came of them."""
