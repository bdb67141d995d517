"""The text of a first ``fitness.yaml``: for people, so with the reasons beside the rules."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_fitness.reports.safe import one_line

_WIDTH: Final = 92
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
# What other readers of YAML take for something else than a name.
_NOT_A_NAME: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class Rule(NamedTuple):
    """A function to be: its comment and its keys, line by line.

    Attributes:
        problems: why it cannot be judged; it is then written as a comment.
    """

    id: str
    comment: tuple[str, ...]
    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()


class Draft(NamedTuple):
    """What a first ``fitness.yaml`` says.

    Attributes:
        exclude: modules that are left out, with the reason.
        dropped: packages of which nothing is left, with the reason.
    """

    packages: tuple[str, ...]
    source: str | None
    exclude: Mapping[str, str]
    dropped: Mapping[str, str]
    rules: tuple[Rule, ...]

    def without(self, problems: Mapping[str, Sequence[str]]) -> "Draft":
        """The draft in which the rules that have problems are comments."""
        rules = (
            rule._replace(problems=(*rule.problems, *problems.get(rule.id, ())))
            for rule in self.rules
        )
        return self._replace(rules=tuple(rules))


def standard_rules(propagation: float | None) -> tuple[Rule, ...]:
    """The rules that fit any codebase; ``propagation`` is the share measured now."""
    return (
        Rule(
            "no-cycles",
            (
                "Modules that import each other in a circle can only be understood as a whole.",
                "To tighten: the report names the cheapest imports to cut; then prune.",
            ),
            ("coupling: {measure: cycles}", "max: 0"),
        ),
        Rule(
            "complexity",
            (
                "A function with more than ten paths is hard to test in full.",
                "To tighten: lower max, then `pytest-fitness baseline --accept complexity`.",
            ),
            ("complexity: {measure: cyclomatic}", "max: 10"),
        ),
        Rule(
            "module-size",
            (
                "A large module attracts more code. Counted are lines of code, not comments.",
                "To tighten: lower max.",
            ),
            ("complexity: {measure: sloc}", "max: 500"),
        ),
        Rule(
            "maintainability",
            (
                "Size, vocabulary and paths of a module in one index from 0 to 100.",
                "To tighten: raise min; below 20 counts as hard to maintain.",
            ),
            ("complexity: {measure: maintainability}", "min: 20"),
        ),
        _propagation_rule(propagation),
    )


def contracts_rule(file: str, problems: Iterable[str] = ()) -> Rule:
    """The rule that checks the contracts of import-linter in a file."""
    return Rule(
        "contracts",
        (
            f"The contracts of import-linter in {file}, each as a test of its own.",
            "To tighten: add contracts there, or here as `contract: {type: layers, ...}`.",
        ),
        (f"contracts: {{from: {file}}}",),
        tuple(problems),
    )


def _propagation_rule(value: float | None) -> Rule:
    # A line at the very value would fail with the next import; this one leaves a little room.
    line = 100 if value is None else min(100, max(10, math.ceil((value * 100 + 2) / 5) * 5))
    now = "" if value is None else f" (at first {value:.0%})"
    return Rule(
        "change-stays-local",
        (
            f"The share of the modules that a change in one can reach through imports{now}.",
            "To tighten: lower max after each import that is cut.",
        ),
        ("coupling: {measure: propagation_cost}", f"max: {line}%"),
    )


def render(draft: Draft, baseline: str) -> str:
    """The text of the file."""
    return "\n".join((*_head(baseline), *_codebase(draft), "", *_functions(draft), ""))


def _head(baseline: str) -> Iterator[str]:
    yield "# What this code must stay fit for; checked by `pytest --fitness`."
    yield f"# What was past a limit already is frozen in {baseline}: it may get better, not worse."
    yield "# After a fix, `pytest-fitness baseline --prune` takes it off that list."
    yield "version: 1"
    yield ""


def _codebase(draft: Draft) -> Iterator[str]:
    yield "codebase:"
    yield from _packages([scalar(package) for package in draft.packages])
    for package, reason in draft.dropped.items():
        yield f"  # {comment(package)} is left out, as nothing of it can be analysed:"
        yield f"  #   {comment(reason)}"
    if draft.source is not None:
        yield f"  source: {scalar(draft.source)}"
    if draft.exclude:
        yield "  # These files cannot be parsed, so nothing can be said of them. Mend them and"
        yield "  # take them off this list; a package is left out with all that lies in it."
        yield "  exclude:"
        for module, reason in draft.exclude.items():
            yield f"    - {scalar(module)}  # {comment(reason)}"


def _packages(packages: Sequence[str]) -> Iterator[str]:
    line = f"  packages: [{', '.join(packages)}]"
    if len(line) <= _WIDTH:
        yield line
        return
    yield "  packages:"
    yield from (f"    - {package}" for package in packages)


def _functions(draft: Draft) -> Iterator[str]:
    yield "functions:"
    for number, rule in enumerate(draft.rules):
        if number:
            yield ""
        yield from (f"  # {line}" for line in rule.comment)
        lines = (f"{rule.id}:", *(f"  {line}" for line in (*rule.lines, "baseline: frozen")))
        if rule.problems:
            yield "  # Not checked yet, for this reason; remove the leading `# ` once it is mended."
            yield from (f"  #   {comment(problem)}" for problem in rule.problems)
        yield from (f"  {'# ' if rule.problems else ''}{line}" for line in lines)


def scalar(text: str) -> str:
    """A name as YAML, quoted where it could be taken for anything else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_A_NAME:
        return text
    # `${` would be filled in as a variable.
    escaped = (_escape(character) for character in text.replace("${", "$${"))
    return f'"{"".join(escaped)}"'


def comment(text: str, limit: int = 300) -> str:
    """A text from outside as it may stand in a comment: one line, nothing that YAML refuses."""
    shown = one_line(text, limit)
    return "".join(map(_escape_unprintable, shown))


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else _escape_unprintable(character)


def _escape_unprintable(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08x}"
