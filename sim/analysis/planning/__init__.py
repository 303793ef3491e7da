"""How a planner asks, and how the answer is searched: the pieces of `sim.analysis.capacity`."""
