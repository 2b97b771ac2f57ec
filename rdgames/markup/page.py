"""A page that says what a result is: a title, sentences and tables, for a terminal and for a notebook.

In HTML nothing has a color of its own, so that it is legible on light and dark ground; everything is escaped; and
nothing is loaded from anywhere. Mathematics stands between dollar signs, which notebooks typeset.

>>> page = Page("A & B", ["<valid>"], [Table(["outcome", "value"], [["x", "1/3"], [Math("x < y"), "2"]], numbers=[1])])
>>> print(page.text())
A & B
<valid>
outcome  value
x          1/3
x < y        2
>>> print(page.html()[:64])
<div class="rdgames"><p><b>A &amp; B</b></p><p>&lt;valid&gt;</p>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

_CELL = "text-align:{side};vertical-align:top;padding:0.15em 0.9em 0.15em 0"
_WHOLE = "white-space:nowrap"
_LINE = "border-bottom:1px solid currentColor"


class Math(str):
    """A formula in LaTeX, without the dollar signs."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """A table: heads of columns, and cells, which are text or mathematics.

    Attributes
    ----------
    head, rows
        Cells.
    caption
        What the table is.
    numbers
        The columns that hold numbers, which stand to the right.
    folded
        Whether a notebook shows it only when the caption is clicked.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    numbers: Sequence[int] = ()
    folded: bool = False

    def html(self) -> str:
        """Return the table in HTML."""
        head = "".join(self._cell("th", cell, place, _LINE) for place, cell in enumerate(self.head))
        body = "".join(
            f"<tr>{''.join(self._cell('td', cell, place) for place, cell in enumerate(row))}</tr>" for row in self.rows
        )
        top = f"<thead><tr>{head}</tr></thead>" if any(self.head) else ""
        made = f'<table style="border-collapse:collapse">{top}<tbody>{body}</tbody></table>'
        if self.folded:
            return f"<details><summary>{shown(self.caption)}</summary>{made}</details>"
        return f"<p>{shown(self.caption)}</p>{made}" if self.caption else made

    def _cell(self, tag: str, cell: str, place: int, more: str = "") -> str:
        parts = [_CELL.format(side="right" if place in self.numbers else "left"), more]
        parts += [_WHOLE] if isinstance(cell, Math) or place in self.numbers else []  # typeset formulas would be broken
        style = ";".join(part for part in parts if part)
        return f'<{tag} style="{style}">{shown(cell)}</{tag}>'

    def text(self) -> str:
        """Return the table as lines of text."""
        rows = [[str(cell) for cell in row] for row in ((self.head, *self.rows) if any(self.head) else self.rows)]
        if not rows:
            return self.caption
        widths = [max(len(row[place]) for row in rows) for place in range(len(self.head))]
        lines = [self.caption] if self.caption else []
        for row in rows:
            cells = [
                cell.rjust(width) if place in self.numbers else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)


@dataclass(frozen=True)
class Page:
    """What a result is: a title, sentences, tables, and notes below them."""

    title: str
    lines: Sequence[str] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = field(default=())

    def html(self) -> str:
        """Return the page in HTML."""
        front = "".join(f"<p>{shown(line)}</p>" for line in self.lines)
        after = "".join(f"<p><small>{shown(note)}</small></p>" for note in self.notes)
        tables = "".join(table.html() for table in self.tables)
        return f'<div class="rdgames"><p><b>{shown(self.title)}</b></p>{front}{tables}{after}</div>'

    def text(self) -> str:
        """Return the page as lines of text."""
        return "\n".join([self.title, *self.lines, *(table.text() for table in self.tables), *self.notes])


def shown(content: str) -> str:
    """Return text, or mathematics, in HTML; text in which there are dollar signs is kept from being typeset."""
    if isinstance(content, Math):
        return f"${escape(content, quote=False)}$"
    made = escape(content)
    return f'<span class="tex2jax_ignore mathjax_ignore">{made}</span>' if "$" in made else made
