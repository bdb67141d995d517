"""A kind and a source of one's own: no text may be longer than a number of words."""

from pathlib import Path

from pytest_fitness import (
    Check,
    Context,
    FitnessFunction,
    Kind,
    MeasureError,
    Measurement,
    NoDataError,
    Options,
    Place,
    Record,
    Source,
    hookimpl,
    key,
)
from pytest_fitness.config.values import Text


class FolderOptions(Options):
    """What stands behind `folder:`; each key brings its type and its line of documentation."""

    path: str = key(Text("a directory"), "Where the texts lie.")


class Folder(Source):
    """`sources: {docs: {folder: {path: docs}}}`"""

    name = "folder"
    about = "text files in a directory"
    options = Record(FolderOptions)

    def open(self, options: FolderOptions, root: Path) -> Path:
        return root / options.path


class WordsOptions(Options):
    """What stands behind `words:`."""

    source: str = key(Text("a source"), "The folder that is looked into.")
    files: str = key(Text("a glob"), "Which files are read.", default="*.txt")


class Words(Kind):
    """`words: {source: docs}`, with a limit: each file is a place that the limit holds for."""

    name = "words"
    about = "how many words a text has"
    options = Record(WordsOptions)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        files = sorted(context.source(function.options.source).glob(function.options.files))
        if not files:
            raise NoDataError(f"no file matches {function.options.files}", "Write one.")
        try:
            words = {file.name: len(file.read_text("utf-8").split()) for file in files}
        except UnicodeDecodeError as error:
            raise MeasureError("a file is not UTF-8", "Save it as UTF-8.") from error
        places = tuple(
            Place(name, name, words[name], name, 1)
            for name in sorted(words, key=lambda n: -words[n])
        )
        return Measurement(
            value=max(words.values()),
            places=places,
            judged_by_place=True,
            samples=len(words),
            subject=f"{len(words)} files",
        )


@hookimpl
def fitness_kinds() -> list[Kind]:
    return [Words()]


@hookimpl
def fitness_sources() -> list[Source]:
    return [Folder()]
