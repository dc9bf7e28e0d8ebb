"""
What was decided of a definition after it was published: small sealed files beside it.

``endings`` and ``take_overs`` are the two kinds; ``files`` places them in the folder. It knows
the terms of a definition and nothing of the store that reads them. Start with ``files``.
"""
