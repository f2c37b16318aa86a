"""Has the fork itself copy what a program is going to write to.

After a fork all memory is shared, and the first write to a page is a fault, in which it is copied. A small program with
pandas writes to 1,800 pages, and to nine in ten of them whatever it does. What is *pinned* in memory, since a device
might write there at any time, may not be shared, so Linux (from 5.9 on) copies it while it forks, which takes half as long
as a fault. So a nest pins the pages that *samples* wrote to, programs that a fork of the zygote runs for that purpose.

They are pinned as buffers of an io_uring that is never used, since that is what a user without rights may do. Where
rings are switched off, or no memory may be locked, everything works as before, only slower.
"""

import array
import ctypes
import os

PAGE = os.sysconf("SC_PAGESIZE")
# In `/proc/self/pagemap`: there is a page; it is mapped nowhere else.
PRESENT, ALONE = 1 << 63, 1 << 56
ENTRY = 8
SYS_IO_URING_SETUP = 425
SYS_IO_URING_REGISTER = 427
REGISTER_BUFFERS, UNREGISTER_BUFFERS = 0, 1
PARAMETERS = 120
# As many buffers as a ring may have.
MOST_RANGES = 1 << 14

libc = ctypes.CDLL(None, use_errno=True)
ring = -1


def entries(first: int, end: int, pagemap: int) -> array.array:
    """What a `/proc/self/pagemap` says of the pages of this memory."""
    return array.array("Q", os.pread(pagemap, (end - first) // PAGE * ENTRY, first // PAGE * ENTRY))


def own(memory: list[tuple[int, int]], pagemap: int) -> list[tuple[int, int]]:
    """The parts of this memory that are this process's alone; `pagemap` is its own. Each is a first address and an end.
    Where one piece of memory ends, so does a part: they may be of different kinds."""
    parts = [(0, 0)]
    for first, end in memory:
        for page, entry in zip(range(first, end, PAGE), entries(first, end, pagemap), strict=False):
            if entry & PRESENT and entry & ALONE:
                begin = parts.pop()[0] if parts[-1][1] == page != first else page
                parts.append((begin, page + PAGE))
    return parts[1:]


def tell(memory: list[tuple[int, int]], file: int) -> None:
    """Writes to the file which memory it is."""
    os.write(file, array.array("Q", [address for part in memory for address in part]))


def told(file: int) -> list[tuple[int, int]]:
    """What was written to the file."""
    addresses = iter(array.array("Q", os.pread(file, os.fstat(file).st_size, 0)))
    return list(zip(addresses, addresses, strict=True))


def pin(memory: list[tuple[int, int]]) -> int:
    """Pins this memory, or the first so much of it as the kernel allows: how many bytes."""
    global ring
    memory = memory[:MOST_RANGES]
    # As the kernel's `struct iovec`: address and length.
    buffers = array.array("Q", [word for first, end in memory for word in (first, end - first)])
    address, count = buffers.buffer_info()
    count //= 2
    ring = libc.syscall(SYS_IO_URING_SETUP, 1, ctypes.create_string_buffer(PARAMETERS))
    if ring < 0:
        return 0
    # Before Linux 6.5 no file's memory can be pinned, which comes last. And memory that may be locked is counted by user:
    # others may have their part of it.
    while count and libc.syscall(SYS_IO_URING_REGISTER, ring, REGISTER_BUFFERS, ctypes.c_void_p(address), count) < 0:
        count = count * 7 // 8
    return sum(end - first for first, end in memory[:count])


def unpin() -> None:
    """Gives up what is pinned at once, and not some time after the end of this process."""
    libc.syscall(SYS_IO_URING_REGISTER, ring, UNREGISTER_BUFFERS, None, 0)
