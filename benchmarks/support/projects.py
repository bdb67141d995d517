"""The projects of the corpus, and what is planted in them."""

from pathlib import Path
from typing import NamedTuple

from support.packages import DJANGO, KEDRO, SQLFLUFF, Package

_OWN_CONTRACTS = Path(__file__).with_name("django_contracts.toml")


class Plant(NamedTuple):
    """A line at the end of a file that a fitness function has to find.

    Attributes:
        function: the id of the function, as ``pytest-fitness init`` names it.
    """

    sort: str
    function: str
    file: str
    code: str


class Project(NamedTuple):
    """A codebase of the corpus.

    Attributes:
        source: the directory below its root that the package lies in.
        contracts: the file with contracts that it lacks; None where it has its own.
    """

    package: Package
    name: str
    source: str
    plants: tuple[Plant, ...]
    contracts: Path | None = None


def complex_function(complexity: int) -> str:
    """A function of that cyclomatic complexity."""
    branches = (
        f"    if value == {number}:\n        return {number}" for number in range(1, complexity)
    )
    return "\n".join(["def planted(value):", *branches, "    return 0"])


def _plants(contract: tuple[str, str], cycle: tuple[str, str], function: str) -> tuple[Plant, ...]:
    return (
        Plant("contract", "contracts", contract[0], f"import {contract[1]}"),
        Plant("cycle", "no-cycles", cycle[0], f"import {cycle[1]}"),
        Plant("complexity 20", "complexity", function, complex_function(20)),
    )


PROJECTS = (
    Project(
        DJANGO,
        "django",
        ".",
        _plants(
            ("django/dispatch/dispatcher.py", "django.contrib.gis.geos"),
            ("django/utils/termcolors.py", "django.core.management.color"),
            "django/utils/html.py",
        ),
        _OWN_CONTRACTS,
    ),
    Project(
        KEDRO,
        "kedro",
        ".",
        _plants(
            ("kedro/config/omegaconf_config.py", "kedro.io.core"),
            ("kedro/pipeline/transcoding.py", "kedro.pipeline.pipeline"),
            "kedro/io/core.py",
        ),
    ),
    Project(
        SQLFLUFF,
        "sqlfluff",
        "src",
        _plants(
            ("src/sqlfluff/core/helpers/slice.py", "sqlfluff.api"),
            ("src/sqlfluff/core/types.py", "sqlfluff.cli.outputstream"),
            "src/sqlfluff/core/parser/lexer.py",
        ),
    ),
)
