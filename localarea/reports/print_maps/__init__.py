"""Maps and charts for paper, by Matplotlib. Begin with `pictures`; `sheet` lays a page out."""
