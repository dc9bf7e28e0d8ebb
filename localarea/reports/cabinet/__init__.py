"""The report that a boundary is decided from: one document, written as PDF, Word or HTML."""
