"""The letters of the catalogue as SymPy symbols, and how to show that an expression is positive."""

import sympy as sp

a, b, c, gamma, beta, n = sp.symbols("a b c gamma beta n")
T = a - c
k = 1 + (n - 1) * beta
s = n - (n - 1) * beta
h = 2 * beta - 1
D = b * gamma * (n + 1) ** 2

_PROFITABILITY, _RIVALS, SLACK, _U = sp.symbols("T_ m_ t_ u_", positive=True)
_LETTERS = (b, c, gamma, _PROFITABILITY, _RIVALS, SLACK, _U)

# spillovers between two bounds, by a letter that runs from zero to infinity
ANY_SPILLOVER = _U / (1 + _U)
LOW_SPILLOVER = _U / (1 + _U) / 2
HIGH_SPILLOVER = (1 + _U) / (2 + _U)


def same(left, right) -> bool:
    """Whether two rational expressions are identical."""
    return sp.cancel(sp.together(left - right)) == 0


def positive(expression, spillover=ANY_SPILLOVER) -> bool:
    """Whether an expression is positive for all a > c > 0, b > 0, gamma > 0, 0 < beta < 1 and n > 1, for all to see.

    With a = c + T, n = 1 + m and beta = u/(1 + u) all letters are positive, and a polynomial whose coefficients are
    all positive is positive. `spillover` restricts it to a range of beta, and SLACK is one more positive letter.
    False says only that positivity is not visible.
    """
    expression = expression.subs(beta, spillover).subs({n: 1 + _RIVALS, a: c + _PROFITABILITY})
    above, below = sp.fraction(sp.cancel(sp.together(expression)))
    signs = [{coefficient > 0 for coefficient in sp.Poly(part, *_LETTERS).coeffs()} for part in (above, below)]
    return signs[0] == signs[1] and len(signs[0]) == 1


def same_sign(left, right, *given_positive) -> bool:
    """Whether left and right visibly have the same sign wherever all of `given_positive` are positive."""
    return positive(sp.cancel(sp.together(left / right * sp.prod(given_positive))))
