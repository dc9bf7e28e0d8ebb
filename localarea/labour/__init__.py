"""Labour markets from commuting flows: matrices, self-containment, catchments, areas."""
