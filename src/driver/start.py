# Where every interpreter of ours starts: `warm` becomes a zygote, all else is a cold start. Kept short: what it was parsed
# into is freed when its frames go, which in each fork is a page copied for each page of it.
import sys

if sys.argv[1] == "warm":
    from zygote import main
else:
    from cold import main
main()
