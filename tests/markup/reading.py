"""Pages read as a browser would: tags that close in order, what is shown, and nothing that is loaded from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "meta", "link", "input"}


class Reader(HTMLParser):
    """What a page shows: its text, the cells of its tables, and the attributes of its tags."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def read(page: str) -> Reader:
    """Return what a page shows, if it is well formed, loads nothing, and sets no colors of its own."""
    found = Reader(page)
    assert not {"script", "style", "link", "img", "iframe"} & set(found.tags)
    values = " ".join(f"{name}={value}" for name, value in found.attributes if name != "href")
    assert "url(" not in values
    assert "src=" not in values
    assert "color:#" not in values
    assert "background" not in values
    return found
