"""LOOKING AROUND: a map of regimes that follows sliders, in a notebook or as a page.

    ranges ──→ survey ──→ words      what is to be seen, in numbers and in words; no widgets
                  └─────→ controls   the sliders, the map and the table, of ipywidgets: `rdgames.explore`
                             └─────→ page    the same in a browser, served by Voilà: `rdgames explore MODEL`
"""
