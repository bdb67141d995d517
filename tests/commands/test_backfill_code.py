"""A backfill finds what a run finds where the commit is checked out, and parses nothing twice."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_samples import write

from past_repository import PastRepository, branching
from pytest_fitness.cli import main
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.reading import digest_of
from pytest_fitness.config.kinds import Kind
from pytest_fitness.history.store import open_store
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.past.code import places_of, steps_of
from pytest_fitness.session.past.memory import Memory
from pytest_fitness.session.registry import load_registry

RULES = """\
codebase: {packages: [shop, tools.web], source: [., lib], exclude: [shop.skipped]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 3, baseline: frozen}
  mean: {complexity: {measure: cyclomatic, as: mean}, max: 10}
  maintainability: {complexity: {measure: maintainability}, min: 20}
  volume: {complexity: {measure: volume, modules: shop.a}, max: 100}
  cycles: {coupling: {measure: cycles}, max: 0}
  cost: {coupling: {measure: propagation_cost}, max: 50%}
  layers: {contract: {type: layers, layers: [shop.a, shop.b]}}
  one-way:
    contract: {type: forbidden, source_modules: [tools.web], forbidden_modules: [shop]}
  linted: {contracts: {from: .importlinter}}
"""
CONTRACTS = """\
[importlinter]
root_packages =
    shop
    other
[importlinter:contract:one]
name = One
type = independence
modules =
    shop.a
    other
"""
SIZE = "codebase: {packages: [shop]}\nfunctions: {c: {complexity: {measure: loc}, max: 9}}\n"
NAMES = ["shop/a.py", "shop/b.py", "shop/skipped.py", "shop/deep/__init__.py", "shop/deep/x.py"]
NAMES += ["lib/tools/web/__init__.py", "lib/tools/web/y.py", "other.py", "shop.md", "tests/z.py"]
LINES = ["import shop.a", "import shop.b", "from shop.deep import x", "import other", "x = (", ""]
LINES += ["from . import y", "import tools.web", '"""Text."""', "# words"]


def edits(seed: int, commits: int) -> Iterator[dict[str, str | None]]:
    """Changes of some files at each step, some of which take files away."""
    rng = random.Random(seed)
    there: set[str] = set()
    for _ in range(commits):
        changed: dict[str, str | None] = {}
        for name in rng.sample(NAMES, rng.randint(0, 3)):
            if name in there and rng.random() < 0.2:
                changed[name] = None
                there.discard(name)
            else:
                weights = [4, 4, 4, 4, 1, 4, 2, 3, 3, 3]
                lines = rng.choices(LINES, weights, k=rng.randint(0, 3))
                changed[name] = "\n".join([*lines, branching(rng.randint(0, 6))])
                there.add(name)
        yield changed


def test_what_is_found_is_what_a_run_finds_where_the_commit_is_checked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path / "project")
    start = dict.fromkeys([*NAMES, "shop/__init__.py"], "x = 1\n")
    commits = [repository.commit({**start})]
    commits += [repository.commit(changed) for changed in edits(seed=4, commits=24)]
    rules = {"fitness.yaml": RULES, ".importlinter": CONTRACTS, ".gitignore": "*\n"}
    baseline = '{"format": 1, "functions": {"complexity": {"shop.a.f": 5}}}'
    write(repository.root, {**rules, "fitness-baseline.json": baseline})
    monkeypatch.chdir(repository.root)

    assert main(["backfill", "--since", "1970-01-02"]) == 0

    checkout = tmp_path / "checkout"
    repository.git("worktree", "add", "--quiet", "--detach", str(checkout), commits[0])
    write(checkout, {**rules, "fitness-baseline.json": baseline})
    expected: dict[str, list[tuple[float | None, str, int, int]]] = {}
    for commit in commits:
        repository.git("-C", str(checkout), "checkout", "--quiet", commit)
        workspace = open_workspace(checkout / "fitness.yaml", checkout)
        for kind, function, checks in workspace.plan:
            for check in checks:
                found = evaluate(kind, function, check, workspace)
                told = (found.value, str(found.outcome), len(found.violations), len(found.known))
                expected.setdefault(found.series, []).append(told)
        workspace.close()
    with open_store(repository.root / ".fitness/history.db") as store:
        found_there = {
            series: [
                (point.value, point.outcome, point.violations, point.frozen)
                for point in store.points(series, 100)
            ]
            for series in store.series()
        }
    assert found_there == expected
    outcomes = {outcome for told in expected.values() for _, outcome, _, _ in told}
    assert {"passed", "failed", "error"} <= outcomes


def test_a_file_that_did_not_change_is_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path)
    repository.commit({f"shop/m{number}.py": branching(number) for number in range(8)})
    for branches in range(20, 25):
        repository.commit({"shop/__init__.py": branching(branches)})
    write(
        tmp_path,
        {
            "fitness.yaml": RULES.replace(", tools.web", "")
            .partition("  layers")[0]
            .replace(", baseline: frozen", "")
        },
    )
    monkeypatch.chdir(tmp_path)
    seen: list[int] = []
    save = Cache.save_facts

    def counted(self: Cache, facts: dict[bytes, FileFacts]) -> None:
        seen.append(len(facts))
        save(self, facts)

    monkeypatch.setattr(Cache, "save_facts", counted)
    assert main(["backfill", "--since", "1970-01-02"]) == 0
    assert sum(seen) == 8 + 5

    seen.clear()
    (tmp_path / ".fitness/history.db").unlink()
    assert main(["backfill", "--since", "1970-01-02"]) == 0
    assert sum(seen) == 0


def test_a_commit_that_changes_no_code_costs_no_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path)
    repository.commit({"shop/__init__.py": branching(3)})
    for number in range(4):
        repository.commit({"README.md": str(number), "tests/test_shop.py": str(number)})
    write(
        tmp_path,
        {"fitness.yaml": SIZE},
    )
    monkeypatch.chdir(tmp_path)
    measured: list[str] = []

    def counted(*arguments: object) -> object:
        measured.append("once")
        return evaluate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("pytest_fitness.session.past.code.evaluate", counted)
    assert main(["backfill", "--since", "1970-01-02"]) == 0

    assert len(measured) == 1
    with open_store(tmp_path / ".fitness/history.db") as store:
        assert [point.value for point in store.points("c", 9)] == [8] * 5


def test_git_is_started_a_few_times_however_many_commits_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path)
    repository.load([{b"shop.py": branching(number).encode()} for number in range(60)])
    write(
        tmp_path,
        {"fitness.yaml": SIZE},
    )
    monkeypatch.chdir(tmp_path)
    started: list[object] = []
    start = subprocess.Popen.__init__

    def counted(self: object, command: list[str], **options: object) -> None:
        started.append(command)
        start(self, command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", counted)
    assert main(["backfill", "--since", "1970-01-02"]) == 0

    assert len(started) <= 10


def test_the_places_of_packages_are_told_from_the_top_of_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "in ner"
    rules = RULES.replace("source: [., lib]", "source: [src, ../lib]")
    write(inner, {"fitness.yaml": rules, ".importlinter": CONTRACTS})

    found = places_of(open_workspace(inner / "fitness.yaml", inner), tmp_path.resolve())

    assert found == [
        *("in ner/src/shop", "in ner/src/shop.py", "in ner/src/tools", "in ner/src/tools.py"),
        *("lib/shop", "lib/shop.py", "lib/tools", "lib/tools.py"),
        *("in ner/src/other", "in ner/src/other.py", "lib/other", "lib/other.py"),
    ]


@pytest.mark.parametrize("name", sorted(load_registry().kinds))
def test_the_kinds_that_read_code_alone_say_so(name: str) -> None:
    kind = load_registry().kinds[name]

    assert kind.static is (name in {"contract", "contracts", "coupling", "complexity"})
    assert Kind.static is False


def test_each_check_of_a_static_function_is_a_step(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": RULES, ".importlinter": CONTRACTS})

    steps = steps_of(open_workspace(tmp_path / "fitness.yaml", tmp_path))

    assert list(steps) == [
        *("complexity", "mean", "maintainability", "volume", "cycles", "cost"),
        *("layers", "one-way", "linted::one"),
    ]


def facts(lines: int) -> FileFacts:
    return FileFacts.broken(lines, "a stand-in")


def test_facts_outlast_the_process_and_results_the_commit_only(tmp_path: Path) -> None:
    one, two = digest_of(b"one"), digest_of(b"two")
    memory = Memory(tmp_path, lambda paths: [digest_of(path.encode()) for path in paths])

    memory.save_facts({one: facts(1), two: facts(2)})
    memory.put("result", 7)

    assert memory.get("result") == 7
    assert memory.shared("other", lambda: 8) == 8
    assert memory.shared("other", lambda: 9) == 8
    assert memory.digests(["one"]) == [one]
    assert memory.facts([one]) == {one: facts(1)}
    assert memory.facts([one, two, digest_of(b"")]) == {one: facts(1), two: facts(2)}
    memory.forget_results()
    assert memory.get("result") is None
    memory.close()
    plain = Cache(tmp_path)
    assert plain.facts([one, two]) == {one: facts(1), two: facts(2)}
    assert plain.get("other") is None
    plain.close()


def test_what_is_done_with_known_facts_does_not_change_them(tmp_path: Path) -> None:
    one = digest_of(b"one")
    memory = Memory(tmp_path, lambda _: [])
    memory.save_facts({one: facts(1)})

    memory.facts([one]).clear()

    assert memory.facts([one]) == {one: facts(1)}
    memory.close()
