"""The mutants that the tests are measured with, on sources of a few lines written by hand."""

import ast

from mutants import sampled, wilson
from mutations import Mutant, compiled, mutations

SOURCE = '''
"""What it is."""
from typing import Literal
Kind = Literal["a", "b"]
LIMIT = 3
SOURCE = "a book, page 7"

class Rule(Value):
    number: int = parameter(5, "how many", ge=1)

    def allows(self, one: int) -> bool:
        """Whether it does."""
        if one is None:
            raise ValueError("not " + "this")
        return one < self.number
'''


def changes(source):
    return [(one.operator, one.before, one.after) for one in mutations(ast.parse(source))]


def test_only_what_behaves_is_mutated():
    assert changes(SOURCE) == [
        ("number", "LIMIT = 3", "LIMIT = 4"),
        ("comparison", "if one is None:", "if one is not None:"),
        ("return", "return one < self.number", "return None"),
        ("comparison", "return one < self.number", "return one <= self.number"),
    ]


def test_statements_are_left_out_and_words_changed():
    assert changes("def f(x):\n    x.append('a b')\n    return True") == [
        ("statement", "x.append('a b')", "(left out)"),
        ("word", "x.append('a b')", "x.append('a b_')"),
        ("true, false", "return True", "return False"),
    ]


def test_of_a_measure_its_name_direction_and_function_are_mutated():
    source = "M = (Measure('a', 'days', 'lower', 'b', 'c', 'd', lambda x: x.n, headline=True), 1)"
    assert [one.after for one in mutations(ast.parse(source))] == [
        "Measure('a_', 'days', 'lower', 'b', 'c', 'd', lambda x: x.n, headline=True)",
        "Measure('a', 'days', 'higher', 'b', 'c', 'd', lambda x: x.n, headline=True)",
        "Measure('a', 'days', 'lower', 'b', 'c', 'd', lambda x: x.n, headline=False)",
        source.replace(", 1)", ", 2)"),
    ]


def test_a_mutant_behaves_otherwise_and_leaves_the_tree_as_it_was():
    tree = ast.parse("def least(a, b):\n    return min(a, b)")
    before = ast.dump(tree)
    (one,) = (m for m in mutations(tree) if m.operator == "function")
    names = {}
    exec(compiled(tree, one, "least.py"), names)
    assert names["least"](1, 2) == 2
    assert ast.dump(tree) == before


def test_a_method_is_mutated_in_its_outermost_function():
    source = (
        "class A:\n    def b(self):\n        def c():\n            return self\n        return c"
    )
    assert {one.function for one in mutations(ast.parse(source))} == {("A.b", 2)}


def test_a_line_that_is_added_moves_nothing_else_in_the_sample():
    def keys(source, size=10**6):
        tree = ast.parse(source)
        return [
            one.key for one in sampled((Mutant("f.py", tree, m) for m in mutations(tree)), size, 1)
        ]

    lines = [f"a{n} = {n}" for n in range(40)]
    drawn = keys("\n".join(lines), 10)
    assert len(drawn) == 10
    assert drawn <= keys("\n".join(["b = 1", *lines]), 11)


def test_the_interval_is_that_of_wilson():
    """Of 10 in 10 it begins at 1 / (1 + z^2 / 10), here by hand."""
    low, high = wilson(10, 10)
    assert abs(low - 1 / (1 + 1.959964**2 / 10)) < 1e-12
    assert abs(high - 1) < 1e-12
