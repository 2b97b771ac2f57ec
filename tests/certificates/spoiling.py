"""Every way of changing one thing in a certificate."""

from __future__ import annotations

import copy
import itertools
import re

SAYS_NOTHING = {"model", "claim", "rdgames", "of", "version", "regime", "name"}
"""Fields without logical content: what they say is not covered by a proof."""

SIGNS = ["+", "-", "0", "0+", "-0", "-+", "-0+"]
SWAPS = {
    "<=": "<",
    "<": "<=",
    ">=": ">",
    ">": ">=",
    "==": "!=",
    "and": "or",
    "or": "and",
    "+": "-",
    "-": "+",
    "*": "+",
    "sign": "sqrt",
    "iff": "sign",
    "not": "",
    "/": "*",
    "**": "*",
}


def texts(text):
    """Yield texts that differ in one number, one operator, one name, one sign or one letter."""
    if text in SIGNS:
        yield from (each for each in SIGNS if each != text)
    for found in re.finditer(r"\d+", text):
        for other in (int(found[0]) + 1, int(found[0]) - 1, int(found[0]) * 10):
            yield f"{text[: found.start()]}{other}{text[found.end() :]}"
    for found in re.finditer("|".join(re.escape(each) for each in sorted(SWAPS, key=len, reverse=True)), text):
        yield f"{text[: found.start()]}{SWAPS[found[0]]}{text[found.end() :]}"
    for found in re.finditer(r"\b[xyn]\b", text):
        yield f"{text[: found.start()]}{'yx'[found[0] == 'y']}{text[found.end() :]}"
        yield f"{text[: found.start()]}{found[0]}*{found[0]}{text[found.end() :]}"
    yield from (f"-{text}", f"2*{text}", f"{text} + 1", f"{text}x", f"-({text})", "", text[1:], text[:-1], "0", "1")
    yield from ("suppose", "settled", "contradiction", "proved", "vacuous", "refuted", "z3", "cvc5", "unsat", "sat")


def others(value):
    """Yield what may stand instead of a value."""
    if isinstance(value, str):
        yield from (each for each in texts(value) if each != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 0, value + 0.0, value + 0.5, True, 10**9, str(value))
    elif isinstance(value, dict):
        yield from ({other: value[other] for other in value if other != each} for each in value)
        yield from (
            {**value, one: value[other], other: value[one]}
            for one, other in itertools.combinations(value, 2)
            if value[one] != value[other]
        )
        yield {**value, "unknown": 1}
        yield dict(reversed(value.items())) if len(value) > 1 else {}
    elif isinstance(value, list):
        yield from ([*value[:i], *value[i + 1 :]] for i in range(len(value)))
        yield from ([*value[:i], value[i], *value[i:]] for i in range(len(value)))
        yield from ([*value[: i - 1], value[i], value[i - 1], *value[i + 1 :]] for i in range(1, len(value)))
    yield from (each for each in (None, [], {}, 0, float("nan"), True) if each is not value and each != value)


def places(value, path=()):
    """Yield the path and the value of everything in a document."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield from places(inner, (*path, key))


def changed(document, path, other):
    """Return a document with another value at a path."""
    if not path:
        return other
    result = inside = copy.deepcopy(document)
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = copy.deepcopy(other)
    return result


def mutants(document):
    """Yield the path and the document, for every way of changing one thing in it."""
    for path, value in places(document):
        for other in others(value):
            yield path, changed(document, path, other)
