"""
The register as tables that portals and spreadsheets take, and back again without loss.

`tables` makes them of contracts and figures, `files` writes and reads them as CSV or XLSX,
`parsing` makes contracts and figures of them, and `entering` enters what is new.
"""
