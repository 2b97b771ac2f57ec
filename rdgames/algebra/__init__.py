"""THE ARITHMETIC: rational functions of the parameters, programs that record a derivation, and forms for people.

A derivation needs only ``+ - * /`` and a test for zero, so one code runs over any `Field` of this room.
"""
