"""The methods by which ``scripts/build_data.py`` makes the tables of ``data/``."""
