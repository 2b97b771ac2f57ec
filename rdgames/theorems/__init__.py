"""WHAT FOLLOWS WHERE: the regions in which statements are true, and how outcomes change with parameters."""
