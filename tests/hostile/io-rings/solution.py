"""Sets up an io_uring, whose requests no filter of system calls sees."""

import ctypes

from attempt import reached, report, route, syscall


@route
def set_up():
    return syscall("io_uring_setup", 4, ctypes.create_string_buffer(120)) >= 0


@route
def set_up_wrongly():
    return reached("io_uring_setup", 0, None)


report()
