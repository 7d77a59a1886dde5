"""A logbook for Bouquet."""
