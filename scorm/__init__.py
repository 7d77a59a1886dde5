"""The packaging and run-time standards of e-learning (SCORM 1.2 and 2004); knows nothing of the rest of Bouquet."""
