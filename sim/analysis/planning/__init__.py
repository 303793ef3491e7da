"""How a planner's question is asked, searched and answered: the pieces of `sim.analysis.capacity`."""
