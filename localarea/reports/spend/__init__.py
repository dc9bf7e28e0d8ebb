"""The report on spend as a workbook with its rows, and as a document with charts and a map."""
