"""WHAT IS PLAYED: frozen data about a game and about the ways of cooperating in it. Nothing here solves anything."""
