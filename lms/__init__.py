"""Bouquet: the shared LMS of the French hubs for digital inclusion."""
