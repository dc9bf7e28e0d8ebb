"""
Who asks: sessions, API keys, OpenID Connect, and tokens in forms.

Begin with `identity`, which says what a request may do; `admission` puts the ways in together.
"""
