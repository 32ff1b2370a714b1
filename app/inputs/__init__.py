"""Kinds of input, one file each; the file's name is the id, and the key of a request's input."""
