"""Makes 20 000 small files."""

answer = "open: 20 000 files"
try:
    for number in range(20_000):
        open(f"f{number}", "x").close()
except OSError:
    answer = "shut"
print(answer)
