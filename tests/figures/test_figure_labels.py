"""Labels beside points: near, and over nothing."""

import numpy as np
import pytest
from matplotlib.text import Text

from sim.figures.labels import candidates, gap, label_points, overlap, place
from sim.figures.style import new_figure


def test_overlap_is_the_shared_area():
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [8.0, 8.0, 9.0, 9.0]])
    others = np.array([[1.0, 1.0, 3.0, 3.0], [5.0, 5.0, 6.0, 6.0], [0.0, 0.0, 1.0, 4.0]])
    assert overlap(boxes, others).tolist() == [1 + 0 + 2, 0]


def test_no_candidate_covers_its_point():
    point, size = np.array([50.0, 50.0]), np.array([40.0, 10.0])
    boxes = candidates(point, size, [7.0])
    outside = (boxes[:, :2] > point).any(axis=1) | (boxes[:, 2:] < point).any(axis=1)
    assert outside.all()


def test_a_single_label_stands_to_the_right_of_its_point():
    frame = np.array([0.0, 0.0, 400.0, 300.0])
    points, sizes = np.array([[100.0, 100.0]]), np.array([[40.0, 10.0]])
    (box,) = place(points, sizes, np.zeros((0, 4)), frame)
    assert box.tolist() == [107.0, 95.0, 147.0, 105.0]


def test_a_label_at_the_right_edge_turns_to_the_left():
    frame = np.array([0.0, 0.0, 120.0, 300.0])
    points, sizes = np.array([[100.0, 100.0]]), np.array([[40.0, 10.0]])
    (box,) = place(points, sizes, np.zeros((0, 4)), frame)
    assert box[2] < 100


@pytest.mark.parametrize("seed", range(5))
def test_labels_of_eight_crowded_points_do_not_overlap(seed):
    points = np.random.default_rng(seed).normal(200, 25, (8, 2))
    frame = np.array([0.0, 0.0, 450.0, 400.0])
    boxes = place(points, np.full((8, 2), (90.0, 12.0)), np.zeros((0, 4)), frame)
    assert overlap(boxes, boxes) == pytest.approx(90 * 12)  # each with itself alone
    assert overlap(boxes, frame[None, :]) == pytest.approx(90 * 12)


def test_a_label_does_not_stand_beside_anothers_point():
    frame = np.array([0.0, 0.0, 400.0, 300.0])
    points = np.array([[100.0, 100.0], [155.0, 100.0]])
    (box, _) = place(points, np.array([[40.0, 10.0], [40.0, 10.0]]), np.zeros((0, 4)), frame)
    own, other = gap(points, box[None, :])
    assert own < other


def test_a_gap_is_the_distance_to_the_nearest_edge():
    box = np.array([0.0, 0.0, 10.0, 10.0])
    assert gap(np.array([[13.0, 14.0], [5.0, 5.0]]), box).tolist() == [5.0, 0.0]


def test_the_text_stands_where_it_was_placed():
    ax = new_figure(5, 4).subplots()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (note,) = label_points(ax, np.array([[5.0, 5.0]]), ["here"], np.zeros((0, 4)))
    ax.figure.draw_without_rendering()
    at = ax.transData.transform((5, 5))
    box = Text.get_window_extent(note)  # without its line to the point
    assert box.x0 - at[0] == pytest.approx(7 * ax.figure.dpi / 72, abs=2)
    assert (box.y0 + box.y1) / 2 == pytest.approx(at[1], abs=2)
