"""Values between Python and the runner: the wire form of src/codec/wire.rs.

The learner's code runs in this process, and its objects are not trusted to describe themselves. What an object is
follows from `type(x)` and its MRO, never from `__class__`, `__eq__` or `__len__`; what it holds is asked of the
built-in type's own method (`list.copy(x)`, not `x.copy()`). Types are looked up by `id`, since a metaclass can
define `__hash__` and `__eq__`.

Other packages are never imported to encode: an object of a package that is not in `sys.modules` cannot exist.
"""

import binascii
import gc
import json
import math
import re
import sys
from array import array
from itertools import chain

DEEPEST = 100  # levels of JSON; the reader refuses 128, and the answer has some levels around the value
MOST_NODES = 2_000_000
MOST_BYTES = 64_000_000
WORTH_PACKING = 64  # a list of so many numbers and more is packed
MOST_REPR = 500


class TooLarge(Exception):
    """The value has more than `MOST_NODES` parts or `MOST_BYTES` bytes."""


class MissingName(Exception):
    """The solution does not have the class or member that a value of the call names."""


class _Unknown(Exception):
    """The object is of a known type, and yet none that has a wire form."""


def encode(value, home=None):
    """The wire form of a value, as what `json.dumps` takes. `home` is the name of the learner's module.

    Raises `TooLarge`. Whatever has no wire form becomes `{"opaque": [class, repr]}`.
    """
    # What is built here lives to the end, so that looking through it for garbage only takes time: two thirds of it.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Encoder(home).value(value, 0)
    finally:
        if collecting:
            gc.enable()


def dumps(encoded):
    """The bytes of what `encode` gave, or of a structure around it. Raises `TooLarge`."""
    text = json.dumps(encoded, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    if len(text) > 2 * MOST_BYTES:
        raise TooLarge
    return text


# What an object is.

_mro = type.__dict__["__mro__"].__get__
_name = type.__dict__["__name__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__
_class_dict = type.__dict__["__dict__"].__get__

_INT, _FLOAT, _STR = id(int), id(float), id(str)
_NUMBERS = frozenset((_INT, _FLOAT))
_SIMPLE = frozenset((_INT, _FLOAT, _STR, id(bool), id(type(None))))
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}\b")


def _text(text):
    """An exact `str` that UTF-8 can hold."""
    text = str.__str__(text)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _base64(data):
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _words(code, numbers):
    """Base64 of numbers of eight bytes each, little endian."""
    words = array(code, numbers)
    if sys.byteorder != "little":
        words.byteswap()
    return _base64(words.tobytes())


def _from(module, name):
    """What a module that is loaded has under a name, or None: an attribute of the module itself, never a lazy one."""
    try:
        return object.__getattribute__(sys.modules[module], "__dict__").get(name)
    except (KeyError, AttributeError, TypeError):  # a stand-in that the learner put there
        return None


def _foreign():
    """The handlers of types outside `builtins`, by the type's id, for modules that are loaded now."""
    handlers = {}
    for module, name, handler in (
        ("datetime", "datetime", _Encoder.datetime),
        ("datetime", "date", _Encoder.date),
        ("datetime", "time", _Encoder.time),
        ("datetime", "timedelta", _Encoder.timedelta),
        ("decimal", "Decimal", _Encoder.decimal),
        ("pathlib", "PurePath", _Encoder.path),
        ("numpy", "ndarray", _Encoder.ndarray),
        ("numpy", "generic", _Encoder.numpy_scalar),
        ("numpy", "str_", _Encoder.numpy_scalar),
        ("numpy", "bytes_", _Encoder.numpy_scalar),
        ("numpy.ma", "MaskedArray", _Encoder.unknown),
        ("pandas", "Timestamp", _Encoder.timestamp),
        ("pandas", "Timedelta", _Encoder.pandas_timedelta),
        ("pandas", "Series", _Encoder.series),
        ("pandas", "DataFrame", _Encoder.frame),
        ("torch", "Tensor", _Encoder.tensor),
    ):
        cls = _from(module, name)
        if isinstance(cls, type):
            handlers[id(cls)] = handler
    for name in ("NA", "NaT"):
        marker = _from("pandas", name)
        if marker is not None:
            handlers[id(type(marker))] = _Encoder.missing
    return handlers


class _Encoder:
    def __init__(self, home):
        self.home = home
        self.nodes = 0
        self.bytes = 0
        self.active = set()  # ids of the containers around the current value
        self.enum = _from("enum", "Enum")
        self.handlers = {**_BUILTIN, **_foreign()}
        self.known = {}  # (class, handler) by the class's id

    def add(self, nodes, size):
        self.nodes += nodes
        self.bytes += size
        if self.nodes > MOST_NODES or self.bytes > MOST_BYTES:
            raise TooLarge

    def value(self, x, depth):
        if x is None or x is True or x is False:
            return x
        cls = type(x)
        if cls is str:
            return self.str(x, depth)
        if cls is int:
            return x if -(2**63) <= x < 2**63 else self.int(x, depth)
        if cls is float:
            return self.float(x, depth)
        if depth > DEEPEST - 4:
            return self.opaque(x, "<nested too deeply>")
        handler = self.handler(cls)
        if handler is None:
            return self.opaque(x)
        if id(x) in self.active:
            return self.opaque(x, "<refers to itself>")
        self.active.add(id(x))
        try:
            return handler(self, x, depth)
        except (TooLarge, MemoryError):
            raise
        except BaseException:  # of an overridden method that could not be avoided; SystemExit is nothing special
            return self.opaque(x)
        finally:
            self.active.discard(id(x))

    def handler(self, cls):
        # An entry holds its class, so that no other class can have that id.
        entry = self.known.get(id(cls))
        if entry is None:
            entry = self.known[id(cls)] = (cls, self.find_handler(cls))
        return entry[1]

    def find_handler(self, cls):
        bases = _mro(cls)
        if self.enum is not None and any(base is self.enum for base in bases):
            return _Encoder.enum_member
        for base in bases:
            handler = self.handlers.get(id(base))
            if handler is not None:
                return handler
            if "__dataclass_fields__" in _class_dict(base):
                return _Encoder.dataclass
        return None

    def opaque(self, x, shown=None):
        cls = type(x)
        name, module = _qualname(cls), _module(cls)
        name = name if isinstance(name, str) else "object"
        if isinstance(module, str) and module not in ("builtins", "__main__", self.home):
            name = f"{module}.{name}"
        if shown is None:
            try:
                shown = _ADDRESS.sub("0x…", str.__str__(repr(x))[: 8 * MOST_REPR])
            except BaseException as error:  # whatever the learner's __repr__ raises, SystemExit too
                shown = f"<{name}: its __repr__ raised {_name(type(error))}>"
        shown = shown if len(shown) <= MOST_REPR else shown[: MOST_REPR - 1] + "…"
        self.add(1, 2 * len(shown))
        return {"opaque": [_text(name)[:200], _text(shown)]}

    def unknown(self, x, depth):
        raise _Unknown

    def missing(self, x, depth):
        return None

    # Numbers and texts.

    def bool(self, x, depth):
        return x

    def int(self, x, depth):
        x = int.__index__(x)
        if -(2**63) <= x < 2**63:
            return x
        self.add(0, x.bit_length() // 4)
        return {"int": hex(x)}

    def float(self, x, depth):
        x = float.__float__(x)
        if math.isfinite(x):
            return x
        return {"float": "nan" if x != x else "inf" if x > 0 else "-inf"}

    def complex(self, x, depth):
        x = complex.__complex__(x)
        return {"complex": [self.float(x.real, depth), self.float(x.imag, depth)]}

    def str(self, x, depth):
        x = str.__str__(x)
        self.add(0, len(x))
        if not x.isascii():
            try:
                x.encode("utf-8")
            except UnicodeEncodeError:
                self.add(0, 8 * len(x))
                return {"str": list(map(ord, x))}
        return x

    def data(self, x, depth):
        kind = bytes if any(base is bytes for base in _mro(type(x))) else bytearray
        self.add(0, kind.__len__(x) * 4 // 3)
        return {"bytes": _base64(bytes(kind.__getitem__(x, slice(None))))}

    # Containers.

    def list(self, x, depth):
        return self.items(list, x, depth)

    def tuple(self, x, depth):
        return {"tuple": self.items(tuple, x, depth + 1)}

    def items(self, kind, x, depth):
        self.add(kind.__len__(x), 0)
        return self.encoded(kind.__getitem__(x, slice(None)), depth)

    def encoded(self, items, depth):
        """The wire form of a list or tuple (exact) whose items are counted as nodes already."""
        if len(items) < WORTH_PACKING:
            return self.each(items, depth)
        types = set(map(id, map(type, items)))
        if types <= _SIMPLE:
            return self.packed(items, types) or (list(items) if self.simple(items, types) else self.each(items, depth))
        if len(types) == 1 and depth <= DEEPEST - 8:
            return self.table(items) or self.each(items, depth)
        return self.each(items, depth)

    # Without a step of Python for each item:

    def packed(self, items, types):
        """A long list of nothing but ints or floats; None for others."""
        if len(types) != 1 or not types <= _NUMBERS:
            return None
        self.add(0, 11 * len(items))
        try:
            return {"floats": _words("d", items)} if _FLOAT in types else {"ints": _words("q", items)}
        except OverflowError:
            return None

    def simple(self, items, types):
        """Whether all the items, of these types, are what JSON has too."""
        self.add(0, 12 * len(items))
        if _FLOAT in types and not all(map(math.isfinite, [x for x in items if type(x) is float])):
            return False
        if _INT in types:
            ints = [x for x in items if type(x) is int]
            if min(ints) < -(2**63) or max(ints) >= 2**63:
                return False
        if _STR in types:
            strings = [x for x in items if type(x) is str]
            self.add(0, sum(map(len, strings)))
            try:
                "".join(strings).encode("utf-8")
            except UnicodeEncodeError:
                return False
        return True

    def table(self, items):
        """Many short rows of simple items, all of them lists, tuples or dicts; None for others."""
        row = type(items[0])
        if not (row is dict or row is tuple or row is list):  # `in` would ask the metaclass
            return None
        cells = sum(map(len, items)) * (2 if row is dict else 1)
        if cells > WORTH_PACKING * len(items):
            return None
        if self.nodes + cells > MOST_NODES:
            raise TooLarge
        if row is dict:
            rows = [list(chain.from_iterable(item.items())) for item in items]
        else:
            rows = list(map(list, items))
        cells = list(chain.from_iterable(rows))
        types = set(map(id, map(type, cells)))
        if not types <= _SIMPLE or not self.simple(cells, types):
            return None
        self.add(len(cells), 16 * len(rows))
        return rows if row is list else [{row.__name__: cells} for cells in rows]

    def each(self, items, depth):
        self.add(0, 12 * len(items))
        value = self.value
        return [value(item, depth + 1) for item in items]

    def dict(self, x, depth):
        self.add(2 * dict.__len__(x), 0)
        return {"dict": self.encoded(list(chain.from_iterable(dict.items(x))), depth + 1)}

    def set(self, x, depth):
        return {"set": self.members(set, x, depth)}

    def frozenset(self, x, depth):
        return {"frozenset": self.members(frozenset, x, depth)}

    def members(self, kind, x, depth):
        """In an order that does not depend on the seed of hashes."""
        self.add(kind.__len__(x), 0)
        members = self.each(list(kind.__iter__(x)), depth + 1)
        return sorted(members, key=lambda member: json.dumps(member, sort_keys=True))

    # Objects.

    def enum_member(self, x, depth):
        member = object.__getattribute__(x, "_name_")
        if type(member) is not str:
            raise _Unknown
        return {"enum": [_text(_name(type(x))), _text(member)]}

    def dataclass(self, x, depth):
        cls = type(x)
        fields = next(
            _class_dict(base)["__dataclass_fields__"] for base in _mro(cls) if "__dataclass_fields__" in _class_dict(base)
        )
        self.add(dict.__len__(fields), 0)
        encoded = [_text(_name(cls))]
        for name, field in dict.items(fields):
            if field._field_type.name != "_FIELD":  # ClassVar and InitVar are none of the instance
                continue
            try:
                content = object.__getattribute__(x, name)
            except AttributeError:  # deleted, or never set
                continue
            encoded += [_text(name), self.value(content, depth + 2)]
        return {"object": encoded}

    # The standard library.

    def datetime(self, x, depth):
        return {"datetime": _text(_from("datetime", "datetime").isoformat(x))}

    def date(self, x, depth):
        return {"date": _text(_from("datetime", "date").isoformat(x))}

    def time(self, x, depth):
        return {"time": _text(_from("datetime", "time").isoformat(x))}

    def timedelta(self, x, depth):
        cls = _from("datetime", "timedelta")
        days, seconds, micros = (getattr(cls, name).__get__(x) for name in ("days", "seconds", "microseconds"))
        return _duration(((days * 86_400 + seconds) * 10**6 + micros) * 1000)

    def decimal(self, x, depth):
        text = _from("decimal", "Decimal").__str__(x)
        self.add(0, len(text))
        return {"decimal": _text(text)}

    def path(self, x, depth):
        return {"path": _text(_from("pathlib", "PurePath").as_posix(x))}

    # NumPy.

    def ndarray(self, x, depth):
        numpy = sys.modules["numpy"]
        return {"array": self.array(numpy.ndarray.view(x, numpy.ndarray), depth + 1)}

    def numpy_scalar(self, x, depth):
        numpy = sys.modules["numpy"]
        return {"scalar": self.array(numpy.asarray(x), depth + 1)}

    def array(self, x, depth):
        numpy = sys.modules["numpy"]
        kind, dtype = x.dtype.kind, x.dtype.name
        self.add(1, x.size * 11)
        wide = {"f": "<f8", "i": "<i8", "u": "<u8", "b": "|b1", "c": "<c16"}.get(kind)
        if wide is not None:
            with numpy.errstate(all="ignore"):
                data = _base64(x.astype(wide).tobytes())
        else:
            self.add(x.size, 0)
            if kind == "U":
                dtype = f"<U{x.dtype.itemsize // 4}"
            elif kind == "S":
                dtype = f"|S{x.dtype.itemsize}"
            elif kind not in "OMm":
                raise _Unknown
            if kind == "M":
                texts = numpy.datetime_as_string(x).ravel().tolist()
                items = [None if text == "NaT" else text for text in texts]
            elif kind == "m":
                counts, gone = x.astype("<i8").ravel().tolist(), numpy.isnat(x).ravel().tolist()
                items = [None if nat else count for count, nat in zip(counts, gone)]
            else:
                items = x.ravel().tolist()
            data = self.encoded(items, depth + 1)
        return {"dtype": _text(dtype), "shape": list(map(int, x.shape)), "data": data}

    # pandas.

    def timestamp(self, x, depth):
        return {"datetime": _text(sys.modules["pandas"].Timestamp.isoformat(x))}

    def pandas_timedelta(self, x, depth):
        return _duration(int(x.as_unit("ns").value))

    def series(self, x, depth):
        content = self.column(x, x.name, depth + 1)
        content["index"] = self.labels(x.index, depth + 2)
        return {"series": content}

    def frame(self, x, depth):
        pandas = sys.modules["pandas"]
        self.add(x.size, 0)
        columns = [self.column(column, label, depth + 3) for label, column in pandas.DataFrame.items(x)]
        return {"frame": {"index": self.labels(x.index, depth + 2), "columns": columns}}

    def column(self, x, label, depth):
        self.add(len(x), 0)
        values = self.encoded(sys.modules["pandas"].Series.tolist(x), depth + 1)
        return {"name": self.value(label, depth + 1), "dtype": _text(str(x.dtype)), "values": values}

    def labels(self, index, depth):
        self.add(len(index), 0)
        return self.encoded(index.tolist(), depth)

    # torch.

    def tensor(self, x, depth):
        torch = sys.modules["torch"]
        dtype = str(x.dtype).removeprefix("torch.")
        if x.is_quantized or x.layout is not torch.strided:
            raise _Unknown
        self.add(1, x.numel() * 11)
        shape = list(map(int, x.shape))
        x = torch.Tensor.detach(x).cpu()
        if dtype == "bool":
            data = _base64(bytes(x.flatten().tolist()))
        elif x.is_complex():
            data = _words("d", torch.view_as_real(x.resolve_conj()).double().flatten().tolist())
        elif x.is_floating_point():
            data = _words("d", x.double().flatten().tolist())
        else:
            data = _words("Q" if dtype.startswith("u") else "q", x.flatten().tolist())
        return {"tensor": {"dtype": _text(dtype), "shape": shape, "data": data}}


def _duration(nanos):
    """A duration in seconds as a plain decimal number."""
    sign, nanos = ("-", -nanos) if nanos < 0 else ("", nanos)
    whole, part = divmod(nanos, 10**9)
    return {"timedelta": f"{sign}{whole}.{part:09}".rstrip("0").rstrip(".")}


_BUILTIN = {
    id(bool): _Encoder.bool,
    id(int): _Encoder.int,
    id(float): _Encoder.float,
    id(complex): _Encoder.complex,
    id(str): _Encoder.str,
    id(bytes): _Encoder.data,
    id(bytearray): _Encoder.data,
    id(list): _Encoder.list,
    id(tuple): _Encoder.tuple,
    id(dict): _Encoder.dict,
    id(set): _Encoder.set,
    id(frozenset): _Encoder.frozenset,
}


# The way back.


def decode(encoded, namespace):
    """The Python object of a wire form. `namespace` is the learner's module: its classes build `new` and `enum`.

    Raises `MissingName`, and whatever those classes raise. Packages are imported when a value needs them.
    """
    if type(encoded) is list:
        return [decode(item, namespace) for item in encoded]
    if type(encoded) is not dict:
        return encoded
    ((kind, content),) = encoded.items()
    return _DECODERS[kind](content, namespace)


def _unpacked(code, text):
    words = array(code, binascii.a2b_base64(text))
    if sys.byteorder != "little":
        words.byteswap()
    return words.tolist()


def _lookup(namespace, name):
    try:
        return getattr(namespace, name)
    except AttributeError:
        raise MissingName(f"the solution has no `{name}`") from None


def _pairs(flat, namespace):
    values = decode(flat, namespace)
    return dict(zip(values[::2], values[1::2]))


def _decode_enum(content, namespace):
    name, member = content
    return _lookup(_lookup(namespace, name), member)


def _decode_new(content, namespace):
    name, args, *flat = content
    return _lookup(namespace, name)(*decode(args, namespace), **_pairs(flat, namespace))


def _decode_object(content, namespace):
    name, *flat = content
    return _lookup(namespace, name)(**_pairs(flat, namespace))


def _decode_timedelta(text, _):
    from datetime import timedelta

    whole, _, part = text.lstrip("-").partition(".")
    micros = int(whole) * 10**6 + int(f"{part:0<6}"[:6])
    return timedelta(microseconds=-micros if text.startswith("-") else micros)


def _decode_datetime(text, _):
    from datetime import datetime

    return datetime.fromisoformat(text)


def _decode_date(text, _):
    from datetime import date

    return date.fromisoformat(text)


def _decode_time(text, _):
    from datetime import time

    return time.fromisoformat(text)


def _decode_path(text, _):
    from pathlib import Path

    return Path(text)


def _decode_decimal(text, _):
    from decimal import Decimal

    return Decimal(text)


def _decode_array(content, namespace):
    import numpy

    dtype, shape, data = content["dtype"], content["shape"], content["data"]
    if type(data) is str:
        wide = {"f": "<f8", "i": "<i8", "u": "<u8", "b": "|b1", "c": "<c16"}[numpy.dtype(dtype).kind]
        # `astype` copies, so that the array can be written to.
        return numpy.frombuffer(binascii.a2b_base64(data), wide).astype(dtype).reshape(shape)
    items = decode(data, namespace)
    if dtype == "object":
        flat = numpy.empty(len(items), dtype)
        for place, item in enumerate(items):  # a slice would take lists apart
            flat[place] = item
        return flat.reshape(shape)
    if dtype.startswith("timedelta64"):
        items = [numpy.timedelta64("NaT") if item is None else item for item in items]
    return numpy.array(items, dtype).reshape(shape)


def _decode_scalar(content, namespace):
    return _decode_array(content, namespace)[()]


def _decode_tensor(content, _):
    import torch

    dtype, data = content["dtype"], content["data"]
    if dtype == "bool":
        items = list(map(bool, binascii.a2b_base64(data)))
    elif dtype.startswith("complex"):
        flat = _unpacked("d", data)
        items = list(map(complex, flat[::2], flat[1::2]))
    else:
        items = _unpacked("q" if dtype.startswith("int") else "Q" if dtype.startswith("uint") else "d", data)
    return torch.tensor(items, dtype=getattr(torch, dtype)).reshape(content["shape"])


def _labels(encoded, namespace):
    import pandas

    labels = decode(encoded, namespace)
    if labels and all(type(label) is tuple for label in labels):
        return pandas.MultiIndex.from_tuples(labels)
    return labels


def _decode_series(content, namespace):
    import pandas

    return pandas.Series(
        decode(content["values"], namespace),
        dtype=content["dtype"],
        index=_labels(content["index"], namespace),
        name=decode(content["name"], namespace),
    )


def _decode_frame(content, namespace):
    import pandas

    index = _labels(content["index"], namespace)
    columns = {
        decode(column["name"], namespace): pandas.Series(
            decode(column["values"], namespace), dtype=column["dtype"], index=index
        )
        for column in content["columns"]
    }
    return pandas.DataFrame(columns, index=index)


_DECODERS = {
    "int": lambda text, _: int(text, 16),
    "float": lambda text, _: float(text),
    "complex": lambda parts, namespace: complex(*decode(parts, namespace)),
    "str": lambda points, _: "".join(map(chr, points)),
    "bytes": lambda text, _: binascii.a2b_base64(text),
    "ints": lambda text, _: _unpacked("q", text),
    "floats": lambda text, _: _unpacked("d", text),
    "tuple": lambda items, namespace: tuple(decode(items, namespace)),
    "set": lambda items, namespace: set(decode(items, namespace)),
    "frozenset": lambda items, namespace: frozenset(decode(items, namespace)),
    "dict": _pairs,
    "object": _decode_object,
    "new": _decode_new,
    "enum": _decode_enum,
    "datetime": _decode_datetime,
    "date": _decode_date,
    "time": _decode_time,
    "timedelta": _decode_timedelta,
    "path": _decode_path,
    "decimal": _decode_decimal,
    "array": _decode_array,
    "scalar": _decode_scalar,
    "tensor": _decode_tensor,
    "series": _decode_series,
    "frame": _decode_frame,
}
