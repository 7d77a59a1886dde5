"""The course format: read, write, render, grade and check a course kept as a folder of text."""
