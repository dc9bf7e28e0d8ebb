"""
Options held against one another: figures, scenarios, differences, findings.

It may know `options` and what lies below, and writes no file: `reports` does. Begin with
`comparison`; `figure_catalogue` says what each figure means, `scenario` changes an option.
"""
