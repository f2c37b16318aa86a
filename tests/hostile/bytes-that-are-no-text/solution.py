"""Prints zeros, bytes that are no text, and marks that move the cursor."""

import os

os.write(1, b"shut\n\x00\xff\xfe\xed\xa0\x80\x1b[2J\x1b]0;title\x07\x9b31m\r" + b"x" * 300_000)
os.write(2, bytes(range(256)) * 100)
