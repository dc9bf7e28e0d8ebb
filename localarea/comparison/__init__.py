"""
Compare options: figures, scenarios, differences and findings.

This room may import `options` and the rooms below; `reports` writes the files. Start with
`comparison`. `figure_catalogue` defines each figure, and `scenario` changes an option.
"""
