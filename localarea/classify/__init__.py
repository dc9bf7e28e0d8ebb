"""
A boundary, an index of postcodes, and the one classifier.

It knows options by the boundary that they come to, and no definition: whoever has sealed a
directory of postcodes hands it in (`sealed`). Begin with `classifier`; `codes` has every verdict
that there is, and `sentences` its words.
"""
