"""The code of a project, analysed once: modules, what is in each, and who imports whom."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_fitness.codebase.files.facts import FACTS_VERSION
from pytest_fitness.codebase.files.reading import Digest
from pytest_fitness.codebase.modules import FoundModules, Module, find_modules
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.version import __version__

if TYPE_CHECKING:
    from pytest_fitness.codebase.cache import Cache
    from pytest_fitness.codebase.files.facts import FileFacts
    from pytest_fitness.codebase.imports.graph import ImportGraph

# A run in which no code changed only asks for the digest. What analyses code is imported where it
# is used, so that such a run does not pay for it.


class Unparsed(NamedTuple):
    """A file that cannot be analysed, and why."""

    path: str
    line: int
    reason: str


class Codebase:
    """A view of the code under some packages.

    Args:
        root: the directory that paths are shown relative to.
        packages: the top-level packages.
        source: the directories they lie in; by default ``src`` if there is one, and ``root``.
        exclude: globs of modules that are left out, as if their files were not there.
        cache: what earlier runs learnt.
    """

    def __init__(
        self,
        root: Path,
        packages: Sequence[str],
        source: Sequence[str] | None,
        exclude: Sequence[str],
        cache: "Cache",
    ) -> None:
        self.root = root
        self.packages = tuple(packages)
        self.source = source
        self.exclude = tuple(exclude)
        self.cache = cache
        self._results: dict[str, Any] = {}
        self._fresh: dict[str, Any] = {}
        self._others: dict[tuple[str, ...], Codebase] = {}
        self._idle_excludes: list[str] = []

    def of(self, packages: Sequence[str]) -> "Codebase":
        """The view of other packages of the same project."""
        wanted = tuple(packages)
        if wanted == self.packages:
            return self
        if wanted not in self._others:
            self._others[wanted] = Codebase(
                self.root, wanted, self.source, self.exclude, self.cache
            )
        return self._others[wanted]

    @property
    def roots(self) -> list[Path]:
        """The directories in which packages are looked up."""
        if self.source is not None:
            return [self.root / directory for directory in self.source]
        src = self.root / "src"
        return [src, self.root] if src.is_dir() else [self.root]

    @cached_property
    def found(self) -> FoundModules:
        """The modules, and what lies among them and is not analysed.

        Raises:
            MeasureError: no package is named, or one cannot be found.
        """
        found = find_modules(self.packages, self.roots)
        if not self.exclude:
            return found
        from pytest_fitness.codebase.globs import select_names_below

        names = [module.name for module in found.modules]
        excluded: set[int] = set()
        for glob in self.exclude:
            matched = select_names_below(names, glob)
            excluded.update(matched)
            if not matched:
                self._idle_excludes.append(glob)
        kept = [module for place, module in enumerate(found.modules) if place not in excluded]
        return found._replace(modules=tuple(kept))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of any result should know about the view."""
        _ = self.found
        return tuple(f"codebase: exclude: {glob} matches no module" for glob in self._idle_excludes)

    @cached_property
    def _digests(self) -> list[Digest]:
        return self.cache.digests([module.path for module in self.found.modules])

    @cached_property
    def digest(self) -> str:
        """What the whole of the code amounts to: every module's name and content."""
        summary = hashlib.blake2b(digest_size=16)
        summary.update(f"{__version__} {FACTS_VERSION} {self.packages} {self.exclude}".encode())
        for module, digest in zip(self.found.modules, self._digests, strict=True):
            content = digest if isinstance(digest, bytes) else repr(digest).encode()
            summary.update(b"%s\0%s\0" % (module.path.encode("utf-8", "surrogateescape"), content))
        return summary.hexdigest()

    @cached_property
    def facts(self) -> "Mapping[str, FileFacts]":
        """What each module holds, by its name."""
        from pytest_fitness.codebase.files.scan import load_facts

        paths = [module.path for module in self.found.modules]
        with self.cache.exclusive("facts"):
            facts = load_facts(paths, self._digests, self.cache)
        names = (module.name for module in self.found.modules)
        return dict(zip(names, facts, strict=True))

    @cached_property
    def unparsed(self) -> list[Unparsed]:
        """The files that cannot be analysed."""
        return [
            Unparsed(self.relative(module.path), *error)
            for module in self.found.modules
            if (error := self.facts[module.name].error) is not None
        ]

    def require_parsed(self, modules: Iterable[Module] | None = None) -> None:
        """Refuse to judge modules (by default all) of which one cannot be read.

        Raises:
            MeasureError: a file cannot be analysed.
        """
        if not self.unparsed:
            return
        paths = None if modules is None else {self.relative(module.path) for module in modules}
        unparsed = [file for file in self.unparsed if paths is None or file.path in paths]
        if unparsed:
            first, *others = unparsed
            plural = "s" if len(others) > 1 else ""
            more = f", and {len(others)} more file{plural}" if others else ""
            raise MeasureError(
                f"{first.path}:{first.line}: cannot be analysed: {first.reason}{more}",
                "Mend it, or leave it out: `codebase: {exclude: [MODULE]}`.",
            )

    def graph(self, *, external: bool = False, type_checking: bool = True) -> "ImportGraph":
        """The import graph, with or without external packages and imports for type checkers."""
        from pytest_fitness.codebase.imports.graph import ImportGraph, build_graph

        def build() -> Any:
            self.require_parsed()
            imports = {name: facts.imports for name, facts in self.facts.items()}
            return build_graph(
                self.found,
                imports,
                include_external=external,
                exclude_type_checking=not type_checking,
            ).pack()

        key = f"graph {external} {type_checking}"
        graph: ImportGraph = self.memo(key, lambda: ImportGraph.unpack(self.shared(key, build)))
        return graph

    def shared(self, key: str, compute: Callable[[], Any]) -> Any:
        """A costly result that follows from the code alone, computed once for all workers."""
        return self.cache.shared(f"{self.digest} {key}", compute)

    def recall(self, key: str) -> Any:
        """What was kept of the same code under this key, in this run or an earlier one."""
        return self.cache.get(f"{self.digest} {key}")

    def keep(self, key: str, value: Any) -> None:
        """Keep something that follows from the code alone until the code changes."""
        self.cache.put(f"{self.digest} {key}", value)

    def memo(self, key: str, compute: Callable[[], Any]) -> Any:
        """Something that is worked out once in this process."""
        if key not in self._results:
            self._results[key] = compute()
        return self._results[key]

    def remember(self, key: str, compute: Callable[[], Any]) -> Any:
        """A small result that follows from the code alone, kept until the code changes."""
        if key not in self._measured:
            self._measured[key] = self._fresh[key] = compute()
        return self._measured[key]

    @cached_property
    def _measured(self) -> dict[str, Any]:
        return dict(self.cache.get(f"{self.digest} measured") or {})

    def relative(self, path: str) -> str:
        """A path as messages show it."""
        prefix = f"{self.root}/"
        shown = path.replace("\\", "/")
        return shown.removeprefix(prefix)

    def select(self, globs: Iterable[str], exclude: Iterable[str] = ()) -> list[Module]:
        """The modules that match any of the globs; a plain name means all below it too.

        Raises:
            NoDataError: one of the globs matches nothing, or all that they match is excluded.
        """
        from pytest_fitness.codebase.globs import nearest

        wanted: set[int] = set()
        for glob in globs:
            matched = self._matching(glob)
            if not matched:
                raise NoDataError(f"no module matches {glob}", nearest(glob, self._names))
            wanted.update(matched)
        wanted.difference_update(*map(self._matching, exclude))
        if not wanted:
            raise NoDataError("every module that matches is excluded")
        return [self.found.modules[place] for place in sorted(wanted)]

    def idle(self, globs: Iterable[str]) -> list[str]:
        """Those of the globs that match no module."""
        return [glob for glob in globs if not self._matching(glob)]

    def _matching(self, glob: str) -> list[int]:
        from pytest_fitness.codebase.globs import select_names_below

        places: list[int] = self.memo(
            f"matching {glob}", lambda: select_names_below(self._names, glob)
        )
        return places

    @cached_property
    def _names(self) -> list[str]:
        return [module.name for module in self.found.modules]

    def close(self) -> None:
        """Keep what was measured for the next run."""
        for other in self._others.values():
            other.close()
        if self._fresh:
            key = f"{self.digest} measured"
            with self.cache.exclusive("measured"):
                self.cache.put(key, (self.cache.get(key) or {}) | self._fresh)
