"""The decision report: one document, rendered as PDF, Word or HTML."""
