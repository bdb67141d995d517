"""A codebase of any size: layers of modules that import downwards only."""

import random
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "synthetic"
LAYERS = 100
IMPORTS_PER_MODULE = 5

_BODY = '''

KINDS = {{
    "small": 10 + {number},
    "medium": 1000,
    "large": 100000,
}}


class Record{number}:
    """What module {number} keeps of an order.

    Attributes:
        name: what it is called in every report.
        amount: without tax, in cents.
    """

    limit = {number}

    def __init__(self, name, amount, rate=0.{number}):
        self.name = name
        self.amount = amount
        self.rate = rate
        self.history = []

    def total(self, discount=None):
        """The amount with tax, less the discount."""
        value = self.amount * (1 + self.rate)
        if discount is not None and discount > 0:
            value -= discount
        return value if value > 0 else 0

    def add(self, *entries):
        # Only what counts is kept.
        for entry in entries:
            if not entry or entry in self.history:
                continue
            self.history.append(entry)
        return len(self.history)


def select_{number}(records, low, high):
    """The records between two lines, the largest first.

    Args:
        records: any number of them, in any order.
        low: the least total.
        high: the greatest total.

    Raises:
        RuntimeError: a record has no total.
    """
    found = []
    for record in records:
        try:
            total = record.total()
        except (TypeError, ValueError) as error:
            raise RuntimeError(f"{{record.name}} has no total") from error
        if low <= total <= high:
            found.append((total, record.name))
    return sorted(
        found,
        key=lambda pair: (pair[0], pair[1]),
        reverse=True,
    )


def describe_{number}(record):
    for kind, limit in KINDS.items():
        if record.amount % {divisor} < limit:
            return "%s (%s)" % (kind, record.name)
    return "huge"
'''


def generate(root: Path, modules: int) -> None:
    """Write the package with its layers; a multiple of ``LAYERS`` modules in all."""
    choose = random.Random(modules)
    in_layer = modules // LAYERS
    package = root / PACKAGE
    for number, targets in enumerate(_imports(modules - LAYERS, choose)):
        layer, place = divmod(number, in_layer - 1)
        directory = package / _layer(layer)
        if place == 0:
            directory.mkdir(parents=True)
            (directory / "__init__.py").write_text("")
        lines = (
            f"from {PACKAGE}.{_name(target, in_layer - 1)} import Record{target}"
            for target in targets
        )
        body = _BODY.format(number=number, divisor=number % 97 + 2)
        head = f'"""Module {number}."""\n\n' + "\n".join(lines)
        (directory / f"m{number}.py").write_text(head + body)
    (package / "__init__.py").write_text("")


def layers() -> list[str]:
    """The layers, from the highest to the lowest; a module imports from lower ones and its own."""
    return [f"{PACKAGE}.{_layer(layer)}" for layer in reversed(range(LAYERS))]


def file_of(number: int, modules: int) -> str:
    """The file of one module, relative to the root."""
    return f"{PACKAGE}/{_name(number, modules // LAYERS - 1).replace('.', '/')}.py"


def name_of(number: int, modules: int) -> str:
    """The name of one module."""
    return f"{PACKAGE}.{_name(number, modules // LAYERS - 1)}"


def _name(number: int, in_layer: int) -> str:
    return f"{_layer(number // in_layer)}.m{number}"


def _layer(layer: int) -> str:
    return f"layer{layer:02}"


def _imports(count: int, choose: random.Random) -> Iterator[list[int]]:
    """For each module those that it imports: ``IMPORTS_PER_MODULE`` for each file, in all.

    The files of the packages import nothing and the first modules have few to import, so the
    others share what is left.
    """
    wanted = (count + LAYERS) * IMPORTS_PER_MODULE
    for number in range(count):
        share = -(-wanted // (count - number))
        targets = sorted(choose.sample(range(number), min(share, number)))
        wanted -= len(targets)
        yield targets
