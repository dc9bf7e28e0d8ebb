"""Decisions: proposals, approvals, and a tamper-evident record of both."""
