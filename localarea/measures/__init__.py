"""Social value measures from returns of staff and spend: counting rules, targets, privacy."""
