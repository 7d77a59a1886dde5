"""One module a file format; each reads bytes into a ``ReadResult`` and writes a ``Framework``."""
