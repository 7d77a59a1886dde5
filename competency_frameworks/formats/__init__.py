"""One module a file format; ``registry`` lists them. Each reads bytes into a ``ReadResult`` and writes pieces of bytes."""
