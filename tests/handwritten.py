"""Charts written by hand."""

from sim.policy.chart import Chart, Visit
from sim.policy.orders import Prescription

DAY = 1440
IV = Prescription("iv", 0.5)


def chart_of(*visits, baseline=16, referred=0):
    """Build a chart from (kind, day, rating[, ordered interval in days])."""
    chart = Chart(referred, baseline, IV)
    for kind, day, rated, *interval in visits:
        chart.add(Visit(kind, int(day * DAY), rated, *interval))
    return chart


def induction(ratings=(16, 14, 12, 10, 9, 8), every=3):
    """Write an induction of as many infusions as ratings."""
    return [("induction", number * every, rated) for number, rated in enumerate(ratings)]
