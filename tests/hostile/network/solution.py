"""Reaches the network: this machine's own ports, the world, the cloud's metadata; not a byte is sent to the world."""

import errno
import socket
import time

from attempt import refused, report, route, routes

PORT = int("{{HOST_PORT}}")


def connects(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        start = time.monotonic()
        try:
            return caller.connect(address) is None
        except TimeoutError:
            return "waited"
        finally:
            if time.monotonic() - start > 0.5:
                raise RuntimeError("it took long to be refused")


# A datagram socket that is connected has looked up the way there and sent nothing.
def knows_a_way(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as caller:
        return caller.connect(address) is None


def begins(family, address):
    """The documentation's own addresses, which nobody has: the beginning of a connection is enough."""
    with socket.socket(family, socket.SOCK_STREAM) as caller:
        caller.setblocking(False)
        number = caller.connect_ex(address)
        if number == errno.EINPROGRESS:
            return True
        raise refused(errno.errorcode[number])


routes(
    "connects",
    {
        "here": lambda: connects(socket.AF_INET, ("127.0.0.1", PORT)),
        "here by any": lambda: connects(socket.AF_INET, ("0.0.0.0", PORT)),
        "here by six": lambda: connects(socket.AF_INET6, ("::ffff:127.0.0.1", PORT)),
    },
)
routes(
    "knows a way to",
    {
        "the world": lambda: knows_a_way(socket.AF_INET, ("192.0.2.1", 53)),
        "the metadata": lambda: knows_a_way(socket.AF_INET, ("169.254.169.254", 80)),
        "the world by six": lambda: knows_a_way(socket.AF_INET6, ("2001:db8::1", 53)),
        "everybody": lambda: knows_a_way(socket.AF_INET, ("224.0.0.1", 53)),
    },
)
routes("begins", {"tcp": lambda: begins(socket.AF_INET, ("192.0.2.1", 80))})


@route
def fast_open():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        return caller.sendto(b"x", 0x20000000, ("127.0.0.1", PORT))


@route
def interfaces():
    return [name for _, name in socket.if_nameindex() if name != "lo"]


report()
