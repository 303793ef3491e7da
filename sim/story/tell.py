"""One patient's story in plain words, each sentence built from the record and naming its rows.

Scores that the clinic sees are ratings; what only the simulation knows (the true score, relief) is
named as such. Days are counted from calendar day to calendar day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import fill

from sim.config.errors import ScenarioError
from sim.config.words import TEXT_WIDTH
from sim.experiment.results import Results
from sim.model.replication import Replication
from sim.policy.orders import INFUSIONS
from sim.story.course import Course, Stage, ToldVisit, course_of
from sim.story.delays import missed
from sim.story.ending import ending
from sim.story.first_series import assessment, evaluation, response, series
from sim.story.maintenance import maintenance
from sim.story.parting import why_different
from sim.story.person import person, referral
from sim.story.wording import Sentence, many, number, on, on_both, reasons, sentence, span
from sim.units import NEVER

BEGIN_ANEW = frozenset({"person", "wait", "rule", "end"})
"""Topics with which a paragraph begins."""


@dataclass(frozen=True)
class Story:
    """What is told of one patient, sentence by sentence."""

    course: Course

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in the order of the course."""
        return tuple(_tell(self.course))

    def __str__(self) -> str:
        """Write the story as paragraphs."""
        return in_paragraphs(self.sentences)


def tell(replication: Replication, patient: int) -> Story:
    """Tell the course of one patient of a replication, numbered from 0."""
    return Story(course_of(replication, patient))


def in_paragraphs(sentences: Sequence[Sentence]) -> str:
    """Write sentences as paragraphs of lines, with an empty line between them."""
    paragraphs: list[list[str]] = []
    for one in sentences:
        if one.topic in BEGIN_ANEW or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(one.text)
    return "\n\n".join(_filled(" ".join(one)) for one in paragraphs)


def _filled(text: str) -> str:
    """Break a paragraph into lines, but not before a per cent sign."""
    unbroken = text.replace(" %", "\u00a0%")
    return fill(unbroken, TEXT_WIDTH, break_on_hyphens=False).replace("\u00a0%", " %")


@dataclass(frozen=True)
class Explained:
    """The answer to `ketasim explain`: what is told, and the courses by scenario, to be drawn."""

    sentences: tuple[Sentence, ...]
    courses: tuple[tuple[str, Course], ...]

    @property
    def text(self) -> str:
        """What is told, as paragraphs."""
        return in_paragraphs(self.sentences)


def explained(
    results: Results,
    patient: int,
    replication: int = 1,
    scenario: str | None = None,
    pair: tuple[str, str] | None = None,
) -> Explained:
    """Tell one patient of a run, simulated again; with `pair`, where two scenarios part instead.

    Raises ScenarioError for a patient, replication or scenario that the run does not have.
    """
    results.check_replication(replication)
    if pair and scenario:
        raise ScenarioError(
            "--scenario names one scenario and --why-different two; give one of these options."
        )
    if pair and pair[0] == pair[1]:
        raise ScenarioError(
            f'"{pair[0]}" is given twice; name two scenarios that can differ, of '
            f"{', '.join(results.names)}."
        )
    names = pair or (scenario or results.reference or results.names[0],)
    runs = [results.replicate(name, replication) for name in names]
    courses = [course_of(run, patient) for run in runs]
    told = why_different(courses[0], courses[1], pair) if pair else Story(courses[0]).sentences
    return Explained(told, tuple(zip(names, courses, strict=True)))


def _tell(course: Course) -> Iterator[Sentence]:
    yield person(course)
    yield referral(course)
    for stage in course.stages():
        yield from _stage(course, stage)
        if stage.ratings:
            yield _ratings(course, stage.ratings)
        if course.response in (*stage.visits, *stage.ratings) and stage.kind != "evaluation":
            yield response(course)
    if course.response is not None and course.response is course.pending:
        yield response(course)
    yield from ending(course)


def _stage(course: Course, stage: Stage) -> Iterator[Sentence]:
    """Tell the visits of a stage that took place, and what was missed."""
    kind, visits = stage.kind, stage.visits
    lost = missed(course, stage)
    if kind not in INFUSIONS:
        yield from lost
    if not visits:
        pass
    elif kind == "assessment":
        yield from (assessment(course, visit) for visit in visits)
    elif kind == "induction":
        yield from series(course, visits)
    elif kind == "evaluation":
        yield from (evaluation(course, visit) for visit in visits)
    elif kind == "booster":
        yield from maintenance(course, visits)
    else:
        yield from (_other(course, visit) for visit in visits)
    yield from lost


def _ratings(course: Course, ratings: Sequence[ToldVisit]) -> Sentence:
    """Tell the remote ratings of a stretch together, and how many were never sent."""
    rows = tuple(visit.row for visit in ratings)
    sent = [visit for visit in ratings if visit.rated_before != NEVER]
    lost = len(ratings) - len(sent)
    points = [visit.rated_before for visit in sent]
    dates = [course.date(visit.arrived) for visit in sent]
    text = f"{many(lost, 'remote rating')} asked for {'was' if lost == 1 else 'were'} never sent"
    if len(sent) == 1:
        text = f"A remote rating on {on(dates[0])} gave {points[0]}"
    elif sent:
        first, last = on_both(dates[0], dates[-1])
        text = f"{many(len(sent), 'remote rating')} from {first} to {last} gave {span(points)}"
        text += f", the last of them {points[-1]}" if len(points) > 4 else ""
    text += reasons(visit.why for visit in ratings if visit.is_order)
    more = f"; {number(lost)} more {'was' if lost == 1 else 'were'} never sent"
    return Sentence(sentence(text, more if sent and lost else ""), "ratings", rows)


def _other(course: Course, visit: ToldVisit) -> Sentence:
    """Tell a visit of a kind that has no words of its own here."""
    rated = f", rated {visit.rated_before}" if visit.rated_before != NEVER else ""
    text = f"A visit ({visit.kind.replace('_', ' ')}) took place on {on(course.date(visit.seen))}"
    return Sentence(sentence(text, rated, reasons([visit.why])), "visit", (visit.row,))
