"""Opens sockets of families that reach the machine below, the kernel, or the wire."""

import socket

from attempt import report, routes

FAMILIES = {
    "virtual machine": (40, socket.SOCK_STREAM, 0),
    "crypto": (38, socket.SOCK_SEQPACKET, 0),
    "netlink route": (16, socket.SOCK_RAW, 0),
    "netlink audit": (16, socket.SOCK_RAW, 9),
    "netlink events": (16, socket.SOCK_RAW, 15),
    "packet": (17, socket.SOCK_RAW, 0x0300),
    "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "raw six": (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
    "express": (44, socket.SOCK_RAW, 0),
    "bluetooth": (31, socket.SOCK_RAW, 1),
    "bus": (29, socket.SOCK_RAW, 1),
    "cluster": (30, socket.SOCK_RDM, 0),
    "kernel connections": (41, socket.SOCK_SEQPACKET, 0),
    "keys": (15, socket.SOCK_RAW, 2),
}


def opened(family, kind, protocol):
    with socket.socket(family, kind, protocol) as made:
        return made.fileno() >= 0


routes("socket", {name: lambda one=one: opened(*one) for name, one in FAMILIES.items()})
report()
