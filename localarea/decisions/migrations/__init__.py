"""Migrations of the store of decisions."""
