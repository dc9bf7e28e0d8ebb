"""The report to Cabinet on social value, from the register of contracts."""
