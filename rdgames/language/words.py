"""The words in which claims may say comparisons: what stands between their parentheses, and what may not."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from rdgames.errors import ExpressionError
from rdgames.language.tree import Expression, OfRegime

_RANKING = "cartel.x, competition.x"
WORDS = {"increasing": "F, beta", "decreasing": "F, beta", "highest": _RANKING, "lowest": _RANKING}
"""The words, with an example of their arguments."""

ONE_MODEL = "expected an outcome of a regime of this model, such as cartel.x: a claim speaks about one model"

OF_ANOTHER_MODEL = re.compile(r"(?<![\w-])[A-Za-z_][\w-]*\s*:\s*[A-Za-z_][\w-]*\s*\.\s*\w*")
"""The outcome of another model, as somebody may write it, ``other-model:cartel.x``."""


def read_arguments(
    word: str,
    call: ast.Call,
    read: Callable[[ast.expr], Expression],
    refusal: Callable[[ast.AST, str], ExpressionError],
) -> tuple[Expression, ...]:
    """Return the arguments of a word, each read.

    Raises
    ------
    ExpressionError
        If their number is wrong, if what is no outcome is ranked, or if an outcome is ranked twice.
    """
    expected = f"expected {word}({WORDS[word]})"
    if call.keywords or any(isinstance(argument, ast.Starred) for argument in call.args):
        raise refusal(call, f"found arguments of {word} with names or stars, {expected}")
    ranked = WORDS[word] == _RANKING
    if not call.args or (not ranked and len(call.args) != 2):
        count = len(call.args) or "no"
        raise refusal(call, f"found {count} argument{'' if count == 1 else 's'} of {word}, {expected}")
    arguments = tuple(map(read, call.args))
    for place, argument in enumerate(arguments) if ranked else ():
        if not isinstance(argument, OfRegime):
            problem = f"found in {word}(...) what is no outcome, expected only outcomes of regimes, such as cartel.x"
            raise refusal(call.args[place], problem)
        if argument in arguments[:place]:
            found = f"{argument.regime}.{argument.outcome}"
            raise refusal(call.args[place], f"found {found} twice in {word}(...), expected each outcome once")
    return arguments
