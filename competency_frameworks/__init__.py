"""Competency frameworks as data: model, formats, checks and the bundled library. Imports nothing else of Bouquet."""
