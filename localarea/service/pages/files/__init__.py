"""The pages of files: upload, preview, result, receipt, measures and spend."""
