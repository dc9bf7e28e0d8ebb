"""
Classify postcodes: boundaries, the index of postcodes and the classifier.

This room sees options only as boundaries, and does not import definitions: they pass in a sealed
directory of postcodes (`loaded`). Start with `classifier`. `codes` lists every possible verdict,
and `sentences` its wording.
"""
