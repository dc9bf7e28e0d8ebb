"""Maps and charts for paper, drawn with Matplotlib. Start with `pictures`; `sheet` does layout."""
