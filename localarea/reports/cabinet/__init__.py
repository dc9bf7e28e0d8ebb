"""The decision report: one document, rendered as PDF, Word or HTML."""

from localarea.extras import extra

with extra("reports"):
    import matplotlib  # noqa: F401 -- every report has pictures
