"""SLIDERS AND A MAP: which regime is best, redrawn as parameters are moved, in a notebook or as a page.

ranges ──→ asked ──→ survey ──→ words      what is to be seen, in numbers and in words; no widgets
│          └─────→ controls   sliders, map and table, of ipywidgets: `explore`
└───────────────→ page        the same in a browser, served by Voilà: `rdgames explore MODEL`
"""
