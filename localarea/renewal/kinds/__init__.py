"""
The road from each publisher's file to its tables; `localarea.renewal.renewable` lists them.

Each module reads and verifies the file, makes the tables with `localarea.renewal.making`, and says
what differs from those in use. `localarea.renewal.bringing` does the rest.
"""
