"""A command as ``fitness.yaml`` holds it: a list of texts, or one text."""

import shlex
from typing import NamedTuple

from pytest_fitness.config.nodes import Node, Sequence
from pytest_fitness.config.reader import INVALID, Invalid, Reader
from pytest_fitness.config.values import Schema, Text

Command = str | tuple[str, ...]


class CommandLine(NamedTuple):
    """A program and its arguments; one text is split at its blanks, quotes honoured."""

    def decode(self, node: Node, reader: Reader) -> Command | Invalid:
        """A tuple where a list is written, else the text."""
        if not isinstance(node, Sequence):
            return Text("a command").decode(node, reader)
        if not node.items:
            return reader.problem(node, "the list is empty", "It begins with a program.")
        # An argument may be empty; a program cannot be.
        program = Text("a program").decode(node.items[0], reader)
        words = [program, *(reader.text(item, "a text") for item in node.items[1:])]
        texts = tuple(word for word in words if isinstance(word, str))
        return texts if len(texts) == len(words) else INVALID

    def schema(self) -> Schema:
        """A string or an array of them; a number in it stands for its text."""
        word: Schema = {"type": ["string", "number", "boolean"]}
        text: Schema = {"type": "string", "minLength": 1}
        return {"anyOf": [text, {"type": "array", "items": word, "minItems": 1}]}


def argv_of(command: Command) -> tuple[str, ...]:
    """The program and its arguments.

    Raises:
        ValueError: the text cannot be split; the message completes a sentence that begins with it.
    """
    if not isinstance(command, str):
        return command
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ValueError(f"cannot be split into words: {error}".lower()) from error
    if not words or not words[0]:
        raise ValueError("names no program")
    return tuple(words)
