"""Computes in one native call that looks at no signal."""

print(10**10**8 % 7)
