"""``backfill``: past commits as if each had had its run, with the functions of today."""

import shutil
from pathlib import Path

import pytest
from command_samples import pytest_fitness, pytest_run, write

from past_repository import DAY, MONDAY, RULES, PastRepository, branching
from pytest_fitness.cli import main
from pytest_fitness.history.records import Commit, Environment, Point, Result, Run, Status
from pytest_fitness.history.store import open_store

EVER = "1970-01-02"
DEFAULT = ".fitness/history.db"
SERIES = ["complexity", "cycles", "size"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PastRepository:
    """Five commits, in which a function gets a branch more each time."""
    repository = PastRepository(tmp_path / "project")
    repository.commit({"shop/__init__.py": "", "shop/web.py": branching(0), ".gitignore": ".fit*"})
    for branches in range(1, 5):
        repository.commit({"shop/web.py": branching(branches)})
    repository.write({"fitness.yaml": RULES})
    monkeypatch.chdir(repository.root)
    return repository


def points(root: Path, series: str = "complexity", url: str = DEFAULT) -> list[Point]:
    with open_store(root / url) as store:
        return list(store.points(series, 1000))


def values(root: Path, series: str = "complexity") -> list[float | None]:
    return [point.value for point in points(root, series)]


def runs(root: Path, url: str = DEFAULT) -> list[Run]:
    """Oldest first."""
    with open_store(root / url) as store:
        return store.runs(1000)[::-1]


def test_each_commit_becomes_a_run_at_its_time(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", "--since", EVER]) == 0

    assert capsys.readouterr().out == "measured 5 commits: 15 numbers\n"
    assert values(repository.root) == [1, 2, 3, 4, 5]
    assert values(repository.root, "size") == [2, 4, 6, 8, 10]
    assert values(repository.root, "cycles") == [0] * 5
    commits = repository.git("rev-list", "--reverse", "HEAD").split()
    found = runs(repository.root)
    assert [run.commit for run in found] == [Commit(each, "main", dirty=False) for each in commits]
    assert [run.started_ms for run in found] == [(MONDAY + day * DAY) * 1000 for day in range(1, 6)]
    assert {run.status for run in found} == {Status.COMPLETE}
    assert {run.gate for run in found} == {None}
    assert all('"measured by": "backfill"' in run.versions for run in found)


def test_nothing_of_the_repository_is_touched(repository: PastRepository, tmp_path: Path) -> None:
    repository.write({"shop/web.py": "changed, and not committed", "untracked.txt": "x"})
    repository.git("add", "shop/web.py")
    repository.write({"shop/web.py": "changed once more"})
    before = repository.state

    assert main(["backfill", "--since", EVER]) == 0

    assert repository.state == before
    assert values(repository.root) == [1, 2, 3, 4, 5]


def test_the_temporary_directory_is_left_empty(repository: PastRepository, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()

    done = pytest_fitness(repository.root, "backfill", "--since", EVER, TMPDIR=str(aside))

    assert done.returncode == 0
    assert list(aside.iterdir()) == []


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("HEAD~2", [4, 5]),
        ("v1", [3, 4, 5]),
        ("HEAD^{tree}~", None),
        ("HEAD", []),
        ("2023-11-17", [3, 4, 5]),
        ("2023-11-17T22:13:20+00:00", [3, 4, 5]),
        ("2023-11-17T22:13:21+00:00", [4, 5]),
        ("2037-01-01", []),
    ],
)
def test_since_takes_a_commit_that_is_left_out_or_a_date_from_which_on(
    repository: PastRepository,
    since: str,
    expected: list[float] | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository.git("tag", "v1", "HEAD~3")

    status = main(["backfill", "--since", since])

    assert status == (4 if expected is None else 0)
    assert values(repository.root) == (expected or [])
    if expected == []:
        assert capsys.readouterr().out == f"there is no commit since {since}\n"


@pytest.mark.parametrize(
    ("every", "expected"), [(1, [1, 2, 3, 4, 5]), (2, [1, 3, 5]), (3, [2, 5]), (99, [5])]
)
def test_every_nth_commit_is_measured_and_the_newest_always(
    repository: PastRepository, every: int, expected: list[float]
) -> None:
    assert main(["backfill", "--since", EVER, "--every", str(every)]) == 0

    assert values(repository.root) == expected


def test_what_was_measured_is_not_measured_again(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", "--since", EVER, "--every", "2"]) == 0
    assert main(["backfill", "--since", EVER]) == 0
    assert main(["backfill", "--since", EVER]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "measured 3 commits: 9 numbers",
        "3 commits of 5 had been measured before",
        "measured 2 commits: 6 numbers",
        "5 commits of 5 had been measured before",
    ]
    assert values(repository.root) == [1, 2, 3, 4, 5]


def test_a_function_that_came_later_is_measured_on_its_own(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", "--since", EVER]) == 0
    write(
        repository.root, {"fitness.yaml": f"{RULES}  m: {{complexity: {{measure: lloc}}, max: 9}}"}
    )

    assert main(["backfill", "--since", EVER]) == 0

    assert capsys.readouterr().out.splitlines()[1:] == ["measured 5 commits: 5 numbers"]
    assert len(points(repository.root, "m")) == 5
    assert len(points(repository.root)) == 5
    days = [point.started_ms for point in points(repository.root)]
    assert [point.started_ms for point in points(repository.root, "m")] == days


def test_the_run_of_a_commit_counts_as_measured_where_it_tells_about_the_commit(
    repository: PastRepository,
) -> None:
    newest = repository.head
    older = repository.git("rev-parse", "HEAD~1")
    oldest = repository.git("rev-parse", "HEAD~4")
    with open_store(repository.root / DEFAULT) as store:
        for commit, dirty, status in (
            (newest, False, Status.COMPLETE),
            (older, True, Status.COMPLETE),
            (oldest, False, Status.ABORTED),
        ):
            run = Run(1, Environment("x"), Commit(commit, "main", dirty), status=status)
            store.append(run, [Result(series, 77, "", "passed") for series in SERIES])

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root) == [77, 77, 77, 1, 2, 3, 4]


def test_only_what_reads_nothing_but_code_is_measured(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    live = (
        "sources: {app: {python: {}}}\n"
        "functions:\n"
        "  live: {metric: {source: app, call: 'nowhere:nothing'}, max: 1}\n"
    )
    write(repository.root, {"fitness.yaml": live})
    assert main(["backfill", "--since", EVER]) == 4
    assert "no function of fitness.yaml can be measured" in capsys.readouterr().err

    codebase, _, functions = RULES.partition("functions:\n")
    write(repository.root, {"fitness.yaml": f"{codebase}{live}{functions}"})
    assert main(["backfill", "--since", EVER]) == 0

    with open_store(repository.root / DEFAULT) as store:
        assert list(store.series()) == SERIES


def test_how_often_and_for_how_many_users_does_not_matter_for_the_past(
    repository: PastRepository,
) -> None:
    config = (
        "sources: {app: {python: {}}}\n"
        "users: {source: app, call: 'nowhere:nothing'}\n"
        "codebase: {packages: [shop]}\n"
        "functions:\n"
        "  rare: {complexity: {measure: loc}, max: 9, every: 30d, from_users: 1000}\n"
    )
    write(repository.root, {"fitness.yaml": config})

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root, "rare") == [2, 4, 6, 8, 10]
    assert [point.outcome for point in points(repository.root, "rare")][-2:] == ["passed", "failed"]


def test_the_baseline_of_today_judges_the_past(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    config = (
        "codebase: {packages: [shop]}\n"
        "functions: {c: {complexity: {measure: cyclomatic}, max: 3, baseline: frozen}}\n"
    )
    write(repository.root, {"fitness.yaml": config})
    assert main(["backfill", "--since", EVER]) == 4
    assert "fitness-baseline.json" in capsys.readouterr().err
    assert not (repository.root / DEFAULT).exists() or not runs(repository.root)

    repository.write({"shop/web.py": branching(3)})
    assert main(["baseline", "--accept"]) == 0
    assert main(["backfill", "--since", EVER]) == 0

    found = points(repository.root, "c")
    assert [point.value for point in found] == [1, 2, 3, 4, 5]
    assert [point.outcome for point in found] == ["passed"] * 4 + ["failed"]
    assert [point.frozen for point in found] == [0, 0, 0, 1, 0]


def test_what_is_compared_with_its_past_is_judged_by_its_own_limit_alone(
    repository: PastRepository,
) -> None:
    config = (
        "codebase: {packages: [shop]}\n"
        "functions:\n"
        "  mean:\n"
        "    complexity: {measure: cyclomatic, as: mean}\n"
        "    compare: {to: rolling, max_increase: 10%}\n"
        "  both:\n"
        "    complexity: {measure: cyclomatic, as: mean}\n"
        "    max: 3\n"
        "    compare: {to: rolling, max_increase: 10%}\n"
    )
    write(repository.root, {"fitness.yaml": config})

    assert main(["backfill", "--since", EVER]) == 0

    assert [point.value for point in points(repository.root, "mean")] == [1, 2, 3, 4, 5]
    assert {point.outcome for point in points(repository.root, "mean")} == {"passed"}
    outcomes = [point.outcome for point in points(repository.root, "both")]
    assert outcomes == ["passed"] * 3 + ["failed"] * 2


def test_contracts_are_those_of_today(repository: PastRepository) -> None:
    contract = (
        "[importlinter]\nroot_package = shop\n"
        "[importlinter:contract:one]\nname = One\ntype = forbidden\n"
        "source_modules = shop.web\nforbidden_modules = shop.store\n"
    )
    repository.commit({"shop/store.py": "", "shop/web.py": "from shop import store\n"})
    repository.commit({"shop/web.py": "", ".importlinter": "broken, at the time"})
    config = (
        "functions:\n"
        "  contracts: {contracts: {from: .importlinter}}\n"
        "  own: {contract: {type: layers, layers: [shop.store, shop.web]}}\n"
        "codebase: {packages: [shop]}\n"
    )
    write(repository.root, {"fitness.yaml": config, ".importlinter": contract})

    assert main(["backfill", "--since", "HEAD~3"]) == 0

    assert values(repository.root, "contracts::one") == [None, 1, 0]
    assert values(repository.root, "own") == [None, 1, 0]


def test_merges_count_as_one_commit_of_the_branch(repository: PastRepository) -> None:
    repository.git("checkout", "--quiet", "-b", "topic", "HEAD~2")
    for branches in range(20, 23):
        repository.commit({"shop/topic.py": branching(branches)})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "topic")
    merge = repository.record()
    repository.commit({"shop/topic.py": branching(6)})

    assert main(["backfill", "--since", "HEAD~4"]) == 0

    assert values(repository.root) == [4, 5, 23, 7]
    assert runs(repository.root)[2].commit.id == merge


def test_octopus_merges_and_merges_that_change_something_themselves(
    repository: PastRepository,
) -> None:
    for name in ("one", "two"):
        repository.git("checkout", "--quiet", "-b", name, "main")
        repository.commit({f"shop/{name}.py": branching(7)})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "one", "two")
    repository.commit({"shop/web.py": branching(11)})

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(repository.root) == [5, 12]


def test_code_that_cannot_be_analysed_is_a_gap_with_its_reason(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"shop/web.py": "print 'as in Python 2'\n"})
    broken = repository.commit({"README": "nothing of importance"})
    repository.commit({"shop/web.py": branching(6)})

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root) == [1, 2, 3, 4, 5, None, None, 7]
    assert [point.outcome for point in points(repository.root)][4:7] == ["passed", "error", "error"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "measured 8 commits: 18 numbers"
    assert lines[1].startswith(
        f"complexity, size, cycles: no number for 2 commits, as {broken[:9]}: "
        "shop/web.py:1: cannot be analysed: "
    )
    assert len(lines) == 2


def test_a_package_that_had_another_name_is_a_gap(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("mv", "shop", "store")
    renamed = repository.commit({"fitness.yaml": RULES.replace("shop", "store")})

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root) == [None] * 5 + [5]
    assert runs(repository.root)[-1].commit.id == renamed
    shown = capsys.readouterr().out
    assert "complexity, size, cycles: no number for 5 commits" in shown
    assert f"package store was not found under {repository.root}" in shown
    assert "pytest-fitness-" not in shown


def test_a_gap_is_not_tried_again(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({"shop/web.py": "("})
    main(["backfill", "--since", EVER])
    capsys.readouterr()

    assert main(["backfill", "--since", EVER]) == 0

    assert capsys.readouterr().out == "6 commits of 6 had been measured before\n"


def test_not_one_number_is_no_success(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository.root, {"fitness.yaml": RULES.replace("shop", "shopp")})

    assert main(["backfill", "--since", EVER]) == 1

    assert "measured 5 commits: 0 numbers" in capsys.readouterr().out


def test_a_detached_head_has_no_branch(
    repository: PastRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"):
        monkeypatch.delenv(name, raising=False)
    repository.git("checkout", "--quiet", "--detach", "HEAD~1")

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(repository.root) == [3, 4]
    assert {run.commit.branch for run in runs(repository.root)} == {None}


def test_in_a_hook_it_is_the_own_repository_that_counts(
    repository: PastRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PastRepository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))

    assert main(["backfill", "--since", EVER]) == 0

    assert values(repository.root) == [1, 2, 3, 4, 5]


def test_a_project_in_a_directory_of_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path / "repository")
    inner = repository.root / "services" / "a shop"
    for branches in (1, 2):
        files = {
            "services/a shop/src/shop/__init__.py": branching(branches),
            "lib/tools/__init__.py": branching(10 * branches),
            "shop/__init__.py": branching(50),
        }
        repository.commit(files)
    rules = RULES.replace("[shop]", "[shop, tools], source: [src, ../../lib]")
    write(inner, {"fitness.yaml": rules})
    monkeypatch.chdir(inner)

    assert main(["backfill", "--since", EVER]) == 0

    assert values(inner) == [11, 21]
    assert values(inner, "size") == [22, 42]


def test_packages_may_be_reached_by_absolute_paths_and_by_links(
    repository: PastRepository, tmp_path: Path
) -> None:
    repository.commit({"lib/tools/__init__.py": branching(8), "lib/one.py": branching(9)})
    (repository.root / "tools").symlink_to("lib/tools")
    (repository.root / "shop/one.py").symlink_to("../lib/one.py")
    repository.commit()
    rules = RULES.replace("[shop]", f"[tools], source: ['{repository.root}']")
    write(repository.root, {"fitness.yaml": rules})

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(repository.root) == [None, 9]


def test_a_source_outside_of_the_repository_has_no_past_here(
    repository: PastRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = RULES.replace("[shop]", "[shop], source: ['..']")
    write(repository.root, {"fitness.yaml": rules})

    assert main(["backfill", "--since", EVER]) == 4

    assert "lies outside of the repository" in capsys.readouterr().err


def test_single_modules_and_namespaces_are_packages_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = PastRepository(tmp_path)
    repository.commit({"single.py": branching(3), "space/part/__init__.py": branching(1)})
    repository.commit({"single.py": None, "single/__init__.py": branching(4)})
    write(tmp_path, {"fitness.yaml": RULES.replace("[shop]", "[single, space.part]")})
    monkeypatch.chdir(tmp_path)

    assert main(["backfill", "--since", EVER]) == 0

    assert values(tmp_path) == [4, 5]


def test_the_history_may_be_another_one(repository: PastRepository) -> None:
    assert main(["backfill", "--since", EVER, "--url", "elsewhere/h.db"]) == 0

    assert len(runs(repository.root, "elsewhere/h.db")) == 5
    assert not (repository.root / DEFAULT).exists()


def test_a_configuration_elsewhere_can_be_named(repository: PastRepository) -> None:
    write(repository.root, {"ci/rules.yaml": RULES.replace("[shop]", "[shop], source: ..")})

    assert main(["backfill", "--config", "ci/rules.yaml", "--since", "HEAD~2"]) == 0

    assert values(repository.root / "ci") == [4, 5]


def test_a_worktree_has_the_past_of_its_own_branch(
    repository: PastRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    repository.git("worktree", "add", "--quiet", "-b", "topic", str(tree), "HEAD~1")
    shutil.copy(repository.root / "fitness.yaml", tree)
    monkeypatch.chdir(tree)

    assert main(["backfill", "--since", "HEAD~2"]) == 0

    assert values(tree) == [3, 4]
    assert {run.commit.branch for run in runs(tree)} == {"topic"}


def test_a_run_after_a_backfill_goes_on_from_there(repository: PastRepository) -> None:
    repository.commit()
    main(["backfill", "--since", EVER])
    repository.commit({"shop/web.py": branching(5)})
    done = pytest_run(repository.root)

    assert done.returncode == 0
    assert values(repository.root) == [1, 2, 3, 4, 5, 5, 6]
