"""Looks at its capabilities: inherited, permitted, effective, bounding and ambient."""

import ctypes

from attempt import LIBC, report, route, routes, syscall


def sets():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    syscall("capget", header, data)
    return {
        "effective": data[0] | data[3] << 32,
        "permitted": data[1] | data[4] << 32,
        "inherited": data[2] | data[5] << 32,
    }


routes("capabilities", {name: lambda name=name: sets()[name] for name in ("effective", "permitted", "inherited")})


@route
def bounding():
    return [number for number in range(64) if LIBC.prctl(23, number, 0, 0, 0) == 1]


@route
def ambient():
    return [number for number in range(64) if LIBC.prctl(47, 1, number, 0, 0) == 1]


@route
def as_told():
    with open("/proc/self/status") as file:
        lines = [line.split() for line in file if line.startswith("Cap")]
    return [words for words in lines if int(words[1], 16)]


report()
