"""
How a clinic fills for years
============================

How busy will a clinic be that opens today? People who get boosters stay, so demand grows for
years: the curve is a clinic without limits, the dashed line what it levels off at. At the right
the same in chairs.
"""

import sim
from sim.planning.buildup import filling_of

filling = filling_of(sim.Scenario(), seed=1, jobs=1)
axes = sim.figures.build_up(filling)
