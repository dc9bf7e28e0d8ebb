"""
The pages: rendered here, so that they work without JavaScript.

Start with `rendering` and `forms`. Each folder has the pages of one task; what stands beside them
is for everybody, or for whoever administers.
"""
