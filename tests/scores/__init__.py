"""Reading scores of runs that were trained elsewhere."""
