"""Leaves an output file of a terabyte with nothing in it."""

with open("out.txt", "wb") as file:
    file.truncate(1 << 40)
print("open: a terabyte")
