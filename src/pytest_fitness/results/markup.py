"""XML, element by element, in bounded memory; whatever could blow it up is refused."""

from collections.abc import Callable, Mapping
from typing import Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.results.opened import ResultFile

Begin = Callable[[str, Mapping[str, str], int], None]
_DEEPEST: Final = 100
_HINT: Final = "Result files need none; look at where it comes from."


def walk(
    file: ResultFile, begin: Begin, end: Callable[[str], None], body: bytes | None = None
) -> None:
    """Tell of each element: ``begin(name, attributes, depth)``, and ``end(name)``.

    A reference to a DTD elsewhere is never followed. Declarations in the file itself are refused:
    entities could grow without bounds, or read other files.

    Args:
        file: what is read.
        begin: called with the depth of the root as 0.
        end: called when an element is over.
        body: its beginning, where the rest does not matter.

    Raises:
        MeasureError: it is no XML, too large, too deep, or has declarations of its own.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate()
    depth = 0

    def start_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth > _DEEPEST:
            raise file.problem("its elements lie too deep", line=parser.CurrentLineNumber)
        begin(name, attributes, depth)
        depth += 1

    def end_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def doctype(_name: str, _system: object, _public: object, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise _refusal(file, parser.CurrentLineNumber)

    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = lambda *_: _refuse(file, parser.CurrentLineNumber)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(file.body() if body is None else body, body is None)
    except expat.ExpatError as error:
        why = f"no valid XML: {expat.ErrorString(error.code)}"
        raise file.problem(why, line=error.lineno) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise file.problem(f"no valid XML: {error}") from error


class _Found(Exception):  # noqa: N818 (no error: it ends the walk)
    pass


def root_of(file: ResultFile) -> str | None:
    """The name of the root element; None where the beginning of the file has none.

    Raises:
        MeasureError: what comes before it is refused.
    """
    names: list[str] = []

    def begin(name: str, _attributes: Mapping[str, str], _depth: int) -> None:
        names.append(name)
        raise _Found

    try:
        walk(file, begin, lambda _: None, file.head)
    except _Found:
        return names[0]
    return None


def _refuse(file: ResultFile, line: int) -> None:
    raise _refusal(file, line)


def _refusal(file: ResultFile, line: int) -> MeasureError:
    return file.problem(
        "it declares entities or a DTD of its own, which is refused", _HINT, line=line
    )
