"""From ``init`` to a green run, a violation that is found, and a fix that is taken off the list.

All of it as a user does it: in processes of their own.
"""

from pathlib import Path

import pytest
from command_samples import (
    SIMPLE,
    config_of,
    frozen_in,
    pytest_fitness,
    pytest_run,
    shop,
    tangled,
    write,
)

CONTRACTS = """\
[tool.importlinter]
root_package = "shop"
[[tool.importlinter.contracts]]
name = "Kept"
type = "layers"
layers = ["shop.web", "shop.store"]
[[tool.importlinter.contracts]]
name = "Broken"
type = "forbidden"
source_modules = ["shop.web"]
forbidden_modules = ["shop.store"]
"""


def start(root: Path) -> None:
    done = pytest_fitness(root, "init")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_legacy_codebase_from_init_to_prune(tmp_path: Path) -> None:
    shop(tmp_path, old=tangled(), circle="from shop import web\n")
    write(tmp_path, {"shop/web.py": "from shop import circle, store\n"})
    write(tmp_path, {"pyproject.toml": CONTRACTS, "shop/py2.py": "print 'x'\n"})
    start(tmp_path)

    green = pytest_run(tmp_path)
    assert green.returncode == 0, green.stdout
    assert "known violations frozen" in green.stdout

    write(tmp_path, {"shop/store.py": SIMPLE + "\n\n" + tangled("planted", 14)})
    red = pytest_run(tmp_path)
    assert red.returncode == 1
    assert "shop/store.py:5: shop.store.planted: 15" in red.stdout
    assert "shop.old.tangled" not in red.stdout
    assert pytest_fitness(tmp_path, "baseline").returncode == 1

    write(tmp_path, {"shop/store.py": SIMPLE, "shop/old.py": SIMPLE, "shop/circle.py": ""})
    assert "fixed (`pytest-fitness baseline --prune`)" in pytest_run(tmp_path).stdout
    pruned = pytest_fitness(tmp_path, "baseline", "--prune")
    assert pruned.returncode == 0
    assert "3 fixed violations removed" in pruned.stdout
    assert frozen_in(tmp_path)["complexity"] == {}
    assert frozen_in(tmp_path)["contracts::broken"] == {"shop.web -> shop.store": None}
    assert pytest_run(tmp_path).returncode == 0

    history = pytest_fitness(tmp_path, "history", "complexity")
    assert history.returncode == 0
    assert "4 runs" in history.stdout


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"src/shop/__init__.py": SIMPLE, "tests/test_it.py": "raise SystemExit\n"},
            id="src-with-tests-beside",
        ),
        pytest.param({"a/__init__.py": tangled(), "b/__init__.py": "import a\n"}, id="several"),
        pytest.param(
            {"src/acme/shop/__init__.py": "import acme.mail\n", "src/acme/mail/x.py": SIMPLE},
            id="namespace",
        ),
        pytest.param({"run.py": tangled(), "helpers.py": SIMPLE}, id="scripts"),
        pytest.param({"shop/__init__.py": ""}, id="empty"),
        pytest.param({"shop/__init__.py": b"# \xe9\n", "app/__init__.py": SIMPLE}, id="latin-1"),
        pytest.param(
            {"shop/__init__.py": SIMPLE, "shop/odd\n\x1b[31m.py": "(", "shop/${x}.py": "("},
            id="hostile-names",
        ),
        pytest.param(
            {
                "shop/__init__.py": "",
                ".importlinter": "[importlinter]\nroot_package=shop\n"
                "[importlinter:contract:x]\nname=x\ntype=layers\nlayers=\n    shop.gone\n",
            },
            id="invalid-contract",
        ),
    ],
)
def test_the_run_after_init_is_green(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    write(tmp_path, files)
    start(tmp_path)

    # Another order of sets must not change what is known.
    done = pytest_run(tmp_path, "-q", PYTHONHASHSEED="7")

    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_three_thousand_violations_are_frozen_and_one_more_is_found(tmp_path: Path) -> None:
    functions = "\n\n".join(tangled(f"f{number}") for number in range(100))
    modules = {f"shop/m{number:02}.py": functions for number in range(30)}
    write(tmp_path, {"shop/__init__.py": ""} | modules)
    start(tmp_path)

    assert len(frozen_in(tmp_path)["complexity"]) == 3_000
    assert pytest_run(tmp_path).returncode == 0

    write(tmp_path, {"shop/one_more.py": tangled()})
    red = pytest_run(tmp_path)
    assert red.returncode == 1
    assert "1 new, 3,000 known" in red.stdout
    assert "shop/one_more.py:1: shop.one_more.tangled: 13" in red.stdout


def test_what_was_frozen_fails_once_it_gets_worse(tmp_path: Path) -> None:
    shop(tmp_path, old=tangled(branches=12))
    start(tmp_path)
    write(tmp_path, {"shop/old.py": tangled(branches=13)})

    red = pytest_run(tmp_path)

    assert red.returncode == 1
    assert "shop/old.py:1: shop.old.tangled: 14, accepted at 13" in red.stdout


def test_a_file_name_that_is_not_utf_8_is_no_trouble(tmp_path: Path) -> None:
    shop(tmp_path)
    name = b"shop/caf\xe9.py".decode("utf-8", "surrogateescape")
    try:
        write(tmp_path, {name: tangled()})
    except OSError:
        pytest.skip("this file system wants UTF-8")
    start(tmp_path)

    assert pytest_run(tmp_path).returncode == 0
    write(tmp_path, {name: tangled(branches=20)})
    red = pytest_run(tmp_path, "--fitness-json", "report.json")
    assert red.returncode == 1
    assert "accepted at 13" in red.stdout


def test_a_configuration_elsewhere(tmp_path: Path) -> None:
    shop(tmp_path / "backend", old=tangled())
    done = pytest_fitness(tmp_path, "init", "--config", "backend/rules.yaml")
    assert done.returncode == 0, done.stderr

    green = pytest_run(tmp_path, "--fitness-config", "backend/rules.yaml")

    assert green.returncode == 0, green.stdout
    assert config_of(tmp_path / "backend", "rules.yaml").codebase.packages == ("shop",)
    shown = pytest_fitness(tmp_path / "backend/shop", "baseline", "--config", "../rules.yaml")
    assert "complexity: 1 known, 0 new, 0 fixed" in shown.stdout


def test_contracts_that_were_left_out_work_once_they_are_mended(tmp_path: Path) -> None:
    stale = CONTRACTS + 'ignore_imports = ["shop.web -> shop.gone"]\n'
    write(shop(tmp_path), {"pyproject.toml": stale})
    start(tmp_path)
    assert "contracts" not in frozen_in(tmp_path)

    write(tmp_path, {"pyproject.toml": CONTRACTS})
    config = tmp_path / "fitness.yaml"
    before, mark, after = config.read_text().partition("  # contracts:\n")
    left_out, gap, rest = after.partition("\n\n")
    config.write_text(before + (mark + left_out).replace("  # ", "  ") + gap + rest)

    assert pytest_run(tmp_path).returncode == 1
    accepted = pytest_fitness(tmp_path, "baseline", "--accept", "contracts")
    assert accepted.returncode == 0, accepted.stderr
    assert "contracts::broken: 1 accepted (1 new, 0 gone)" in accepted.stdout
    assert pytest_run(tmp_path).returncode == 0


def test_several_workers_find_the_same(tmp_path: Path) -> None:
    write(shop(tmp_path, old=tangled()), {"pyproject.toml": CONTRACTS})
    start(tmp_path)

    green = pytest_run(tmp_path, "-n", "2")

    assert green.returncode == 0, green.stdout
    write(tmp_path, {"shop/new.py": tangled()})
    red = pytest_run(tmp_path, "-n", "2")
    assert red.returncode == 1
    assert "shop/new.py:1: shop.new.tangled: 13" in red.stdout


def test_the_run_itself_may_take_what_was_fixed_off_the_list(tmp_path: Path) -> None:
    shop(tmp_path, old=tangled())
    start(tmp_path)
    write(tmp_path, {"shop/old.py": SIMPLE})

    assert pytest_run(tmp_path, "--fitness-update-baseline").returncode == 0

    assert frozen_in(tmp_path)["complexity"] == {}
    assert "0 fixed violations removed" in pytest_fitness(tmp_path, "baseline", "--prune").stdout


def test_starting_over_freezes_what_is_there_by_then(tmp_path: Path) -> None:
    shop(tmp_path)
    start(tmp_path)
    write(tmp_path, {"shop/new.py": tangled(), "mail/__init__.py": SIMPLE})
    assert pytest_run(tmp_path).returncode == 1

    again = pytest_fitness(tmp_path, "init", "--force")

    assert again.returncode == 0
    assert config_of(tmp_path).codebase.packages == ("mail", "shop")
    assert pytest_run(tmp_path).returncode == 0


def test_the_doctor_agrees_after_init(tmp_path: Path) -> None:
    shop(tmp_path, old=tangled(), broken="(")
    start(tmp_path)

    examined = pytest_fitness(tmp_path, "doctor")

    assert examined.returncode == 0
    assert examined.stderr == ""
    assert "excluded in the configuration (1)\n    shop/broken.py" in examined.stdout
    assert "everything can be measured" in examined.stdout
