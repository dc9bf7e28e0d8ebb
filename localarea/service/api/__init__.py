"""
The JSON API, version 1: parse, call, answer.

Start with `check`. `contracts` and `files` have the routes of those, `ogc` those of maps.
"""
