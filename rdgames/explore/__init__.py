"""LOOKING AROUND: a map of regimes that follows sliders, in a notebook or as a page.

ranges ──→ asked ──→ survey ──→ words      what is to be seen, in numbers and in words; no widgets
│          └─────→ controls   sliders, map and table, of ipywidgets: `explore`
└───────────────→ page        the same in a browser, served by Voilà: `rdgames explore MODEL`
"""
