"""
Renew tables: a publisher's file in, the tables that rest on it made and put into use.

`datasets` reads the publisher's file and knows which tables are in use; `options` and
`definitions` say what rests on them. This room may import every room below, and changes no table
of the package. Start with `refresh`.
"""
