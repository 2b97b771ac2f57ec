"""What a user types for parameters: ``a=100,b=1,beta=1/4`` and ``beta=0:1:101``."""

from __future__ import annotations

from collections.abc import Iterable

from rdgames.errors import InputError


def read_assignments(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Return the values that an option, which may be given several times, assigns to names.

    >>> read_assignments("--at", ["a=100, b=1", "beta=1/4"])
    {'a': '100', 'b': '1', 'beta': '1/4'}

    Raises
    ------
    InputError
        If a part is no assignment, or a name comes twice.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for text in texts for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value or "=" in value:
            expected = "expected name=value pairs with commas between, such as a=100,b=1"
            if found and not equals and option == "--over":
                last, value = list(found.items())[-1]
                expected += f"; the values of one parameter with blanks between: '{last}={value} {part}'"
            raise InputError(f"found {part!r} in {option}, {expected}")
        if name in found:
            raise InputError(f"found {name} twice in {option}, expected one value for each parameter")
        found[name] = value
    return found


def read_regimes(texts: Iterable[str]) -> list[str]:
    """Return the regimes that an option, which may be given several times, lists; a sentence counts as one.

    >>> read_regimes(["competition,cartel", "firms choose x, q jointly and equally"])
    ['competition', 'cartel', 'firms choose x, q jointly and equally']
    """
    found: list[str] = []
    for text in texts:
        names = [part.strip() for part in text.split(",")]
        found += [text.strip()] if any(" " in name for name in names) else [name for name in names if name]
    return found
