"""The pages that compare: options, the map, scenarios, places in dispute, steps and reports."""
