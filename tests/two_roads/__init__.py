"""The d'Aspremont-Jacquemin game solved twice: by rdgames, and by explicit firms that only know the primitives."""
