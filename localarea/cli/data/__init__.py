"""The commands of `localarea data`: status, fetch, refresh, add, and what would change."""
