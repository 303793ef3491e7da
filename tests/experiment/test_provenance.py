"""Witnesses: the scenario rebuilt from its plain data, hashlib, and git itself."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from sim.config.validation import validated
from sim.experiment import provenance
from sim.experiment.versions import commit, versions
from sim.model.scenario import Scenario

ROOT = Path(__file__).parents[2]


class Own:
    """A booster policy of a user's own."""

    def next_order(self, chart):
        return None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"clinic.chairs": "unlimited", "clinic.hours": "always"},
        {"policy.boosters": {"kind": "none"}},
        {"clinic.session.infuse_minutes": {"kind": "exponential", "mean": 30}},
    ],
)
def test_a_scenario_survives_the_way_through_json(changes):
    scenario = Scenario().override(changes)
    plain = json.loads(json.dumps(provenance.resolved(scenario)))
    assert validated(Scenario, plain) == scenario
    assert provenance.resolved(validated(Scenario, plain)) == plain


def test_the_digest_is_the_sha256_of_canonical_json():
    witness = hashlib.sha256(b'{"a":[1,2.5],"b":null}').hexdigest()
    assert provenance.digest({"b": None, "a": [1, 2.5]}) == witness


def test_equal_scenarios_have_one_digest_and_others_another():
    same = Scenario().override({"clinic.chairs": Scenario().clinic.chairs})
    other = Scenario().override({"clinic.chairs": 9})
    given = provenance.described({"a": Scenario(), "b": same, "c": other})
    assert given["a"]["digest"] == given["b"]["digest"] != given["c"]["digest"]


def test_an_object_of_the_users_own_is_named_without_its_address():
    scenario = Scenario().override({"policy.boosters": Own()})
    assert provenance.resolved(scenario)["policy"]["boosters"] == {"object": "Own"}


def test_the_versions_are_those_that_are_installed():
    import numpy

    found = versions()
    assert found["numpy"] == numpy.__version__
    assert {"ketasim", "python", "simpy", "scipy", "pandas"} <= set(found)


def test_a_source_outside_git_has_no_commit(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert commit() is None


def test_the_commit_is_that_of_the_repository():
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = commit()
    if head.returncode == 0 and found is not None:
        assert found["id"] == head.stdout.strip()
        assert isinstance(found["modified"], bool)
