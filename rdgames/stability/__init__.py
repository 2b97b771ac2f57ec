"""WHO STAYS WITH WHOM: which coalitions and partitions nobody leaves or joins, which form, and how patient it takes."""
