"""The JSON API, version 1: parse, call, answer."""
