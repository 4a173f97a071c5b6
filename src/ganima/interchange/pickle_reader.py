"""Pickles of neural networks, read as data.

A pickle is a program. This module does not run it: it interprets the few instructions that build values, and has no
instruction that imports or calls anything. What a pickle asks to call is one of a dozen names whose outcome is known
beforehand (a tensor is so many bytes of that type, a persistence record is a class name with its state; the source text
inside is dropped), and every other name is refused. Nothing is allocated on the word of the file alone.
"""

import io
import mmap
import pickletools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import torch
from torch import Tensor

from ganima.errors import GanimaError

INSTRUCTIONS_MAX = 1_000_000
"""Most instructions in a pickle; a network of a thousand pixels a side takes some ten thousand."""
STORAGE_INSTRUCTIONS_MAX = 200
"""Most instructions around the numbers of one tensor, which are always the same few dozen."""
KEY_MAX = 2**31
"""Largest magnitude of a number that is the key of a dictionary."""

ALIASES = {
    "__builtin__.set": "builtins.set",
    "dnnlib.EasyDict": "dnnlib.util.EasyDict",
    "numpy._core.multiarray.scalar": "numpy.core.multiarray.scalar",
}
"""Names that other versions give to the same thing."""
CALLS = {
    "builtins.set",
    "collections.OrderedDict",
    "dnnlib.util.EasyDict",
    "numpy.core.multiarray.scalar",
    "numpy.dtype",
    "torch.Size",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_tensor_v2",
    "torch.device",
    "torch.storage._load_from_bytes",
    "torch_utils.persistence._reconstruct_persistent_obj",
}
"""What a network's pickle may ask to call, and what is known here without calling it."""
DTYPES = {
    "Double": torch.float64,
    "Float": torch.float32,
    "Half": torch.float16,
    "BFloat16": torch.bfloat16,
    "Long": torch.int64,
    "Int": torch.int32,
    "Short": torch.int16,
    "Char": torch.int8,
    "Byte": torch.uint8,
    "Bool": torch.bool,
}
STORAGES = {f"torch.{name}Storage": dtype for name, dtype in DTYPES.items()}
SCALARS = {"f8": "d", "f4": "f", "f2": "e", "i8": "q", "i4": "i", "i2": "h", "i1": "b", "u1": "B", "b1": "?"}
"""NumPy's codes of types, and those of `struct`."""
MAGIC, STREAM_VERSION = 0x1950A86A20F9469CFC6C, 1001
"""How torch's stream of one tensor's numbers begins."""
TENSORFLOW = "dnnlib.tflib.network.Network"

LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT"),
    *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "SHORT_BINBYTES", "BINBYTES", "BINBYTES8"),
}
"""Instructions that bring their value along."""
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class Refused(Exception):
    """Says why a pickle is not read."""


@dataclass(frozen=True)
class PickledName:
    """A class or function that the pickle names: its name, and nothing else."""

    name: str


@dataclass
class Dtype:
    """A NumPy type of numbers."""

    code: str
    order: str = "<"


@dataclass(frozen=True)
class Storage:
    """The numbers of one or several tensors."""

    dtype: torch.dtype
    content: memoryview

    def __len__(self) -> int:
        return len(self.content) // self.dtype.itemsize


@dataclass(frozen=True)
class StoredTensor:
    """A tensor that still lies in the pickle's bytes, with its layout checked."""

    storage: Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    def read(self) -> Tensor:
        """The tensor, float32 and contiguous."""
        flat = torch.frombuffer(bytearray(self.storage.content), dtype=self.storage.dtype)
        return flat.as_strided(self.size, self.stride, self.offset).float().contiguous()


@dataclass(frozen=True)
class StoredModule:
    """A network, or a part of one: the name of its class, and its attributes as data."""

    class_name: str
    state: dict[str, Any]

    def parts(self) -> dict[str, Any]:
        """The modules inside, by name."""
        parts: dict[str, Any] = self._inside("_modules")
        return parts

    def part(self, name: str) -> "StoredModule":
        """A module inside. Raises ValueError when there is none."""
        found = self.parts().get(name)
        if not isinstance(found, StoredModule):
            raise ValueError(f"{self.class_name} has no part {name!r}")
        return found

    def tensor(self, name: str) -> Tensor:
        """A parameter or buffer, float32. Raises ValueError when there is none."""
        found = self._inside("_parameters").get(name)
        if found is None:
            found = self._inside("_buffers").get(name)
        if not isinstance(found, StoredTensor) or len(found.storage) == 0:
            raise ValueError(f"{self.class_name} has no tensor {name!r}")
        return found.read()

    def has_tensor(self, name: str) -> bool:
        """Whether there is such a parameter or buffer."""
        return name in self._inside("_parameters") or name in self._inside("_buffers")

    def _inside(self, kind: str) -> dict[str, Any]:
        found = self.state.get(kind)
        if not isinstance(found, dict):
            raise ValueError(f"{self.class_name} is no network")
        return found


def read_pickle(path: Path) -> Any:
    """What the pickle at `path` describes, as numbers, texts, lists, dictionaries, `StoredModule` and `StoredTensor`.

    Sets are lists. Raises GanimaError for anything that is no such data; nothing in the file is ever executed.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                raise Refused("it is a zip archive, not a pickle of the official StyleGAN2 code")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return Interpreter(cast(IO[bytes], content), len(content), INSTRUCTIONS_MAX).run()
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror}") from error
    except Refused as reason:
        raise GanimaError(f"{path} was not read: {reason}") from reason
    except (ValueError, TypeError, LookupError, OverflowError, struct.error) as error:
        raise GanimaError(f"{path} was not read: it is no pickle, or it is damaged or cut off") from error


class Interpreter:
    """Reads one pickle from a file: values go onto a stack, and instructions put them together."""

    def __init__(self, file: IO[bytes], size: int, most: int, storage: bool = False) -> None:
        """`size` is the file's, `most` the largest number of instructions.

        `storage` is for the stream around one tensor's numbers, where other names and one more instruction are known.
        """
        self.file, self.size, self.most, self.storage = file, size, most, storage
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The value that the pickle describes. Raises Refused, or ValueError and LookupError when it is damaged."""
        for number, (opcode, value, position) in enumerate(pickletools.genops(self.file)):
            if number >= self.most:
                raise Refused("it has far more instructions than a network needs")
            name = opcode.name
            if name in LITERALS:
                self.stack.append(value)
            elif name == "FRAME":
                if cast(int, position) + 9 + cast(int, value) > self.size:
                    raise ValueError("a frame is longer than the file")
            elif not (self.remember(name, value) or self.collect(name) or self.construct(name, value)):
                raise Refused(f"it uses the pickle instruction {name}, which no network needs")
        return self.stack.pop()

    def remember(self, name: str, value: Any) -> bool:
        """Constants, and what the pickle keeps and uses again; False for other instructions."""
        match name:
            case "BINPUT" | "LONG_BINPUT":
                self.memo[value] = self.stack[-1]
            case "MEMOIZE":
                self.memo[len(self.memo)] = self.stack[-1]
            case "BINGET" | "LONG_BINGET":
                self.stack.append(self.memo[value])
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                self.stack.append(CONSTANTS[name])
            case "MARK":
                self.marks.append(len(self.stack))
            case "PROTO" | "STOP":
                pass
            case _:
                return False
        return True

    def collect(self, name: str) -> bool:
        """Tuples, lists, sets and dictionaries; False for other instructions."""
        match name:
            case "EMPTY_DICT":
                self.stack.append({})
            case "EMPTY_LIST" | "EMPTY_SET":
                self.stack.append([])
            case "EMPTY_TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3":
                self.stack.append(tuple(self.take(TUPLES[name])))
            case "TUPLE":
                self.stack.append(tuple(self.since_mark()))
            case "FROZENSET":
                self.stack.append(self.since_mark())
            case "APPEND":
                self.extend(self.take(1))
            case "APPENDS" | "ADDITEMS":
                self.extend(self.since_mark())
            case "SETITEM":
                self.update(self.take(2))
            case "SETITEMS":
                self.update(self.since_mark())
            case _:
                return False
        return True

    def construct(self, name: str, value: Any) -> bool:
        """What would be imported and called in a pickle that is run; False for other instructions."""
        match name:
            case "GLOBAL" | "INST":
                self.stack.append(self.named(str(value).replace(" ", ".", 1)))
            case "STACK_GLOBAL":
                module, attribute = self.take(2)
                self.stack.append(self.named(f"{module}.{attribute}"))
            case "REDUCE" | "NEWOBJ":
                function, arguments = self.take(2)
                self.stack.append(outcome(function, arguments))
            case "BUILD":
                (state,) = self.take(1)
                settle(self.stack[-1], state)
            case "BINPERSID" if self.storage:
                (reference,) = self.take(1)
                self.stack.append(reference)
            case _:
                return False
        return name != "INST"

    def take(self, count: int) -> list[Any]:
        """The topmost values, which leave the stack."""
        if len(self.stack) < count:
            raise ValueError("a value is missing")
        start = len(self.stack) - count
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def since_mark(self) -> list[Any]:
        """The values since the last mark, which leave the stack."""
        return self.take(len(self.stack) - self.marks.pop())

    def extend(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise Refused("it appends to what is no list")
        target += values

    def update(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict:
            raise Refused("it sets items of what is no dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Other keys could take for ever to compare or to hash.
            if not (isinstance(key, str) or (isinstance(key, int) and abs(key) < KEY_MAX)):
                raise Refused(f"a dictionary in it has a {type(key).__name__} for a key")
            target[key] = value

    def named(self, name: str) -> PickledName:
        """A class or function. Raises Refused for all but those that are known."""
        name = ALIASES.get(name, name)
        if name in (STORAGES if self.storage else CALLS):
            return PickledName(name)
        if name == TENSORFLOW:
            raise Refused(
                "it is a StyleGAN of the TensorFlow code: convert it with legacy.py of the official PyTorch code first"
            )
        raise Refused(f"it asks for {ascii(name)[1:-1][:100]}, which no StyleGAN2 needs; nothing in it was run")


def outcome(function: Any, arguments: Any) -> Any:
    """What the known function would return, as data. Raises ValueError where the arguments are none of its."""
    if not isinstance(function, PickledName) or not isinstance(arguments, tuple):
        raise ValueError("a call of what is no function")
    match function.name, arguments:
        case (("collections.OrderedDict" | "dnnlib.util.EasyDict"), ()):
            return {}
        case "builtins.set", (items,) if type(items) is list:
            return items
        case "torch.Size", (size,) if type(size) is tuple:
            return size
        case "torch.device", _:
            return function
        case "numpy.dtype", (str(code), *_):
            return Dtype(code)
        case "numpy.core.multiarray.scalar", (Dtype() as dtype, bytes(content)):
            return struct.unpack(dtype.order + SCALARS[dtype.code], content)[0]
        case "torch.storage._load_from_bytes", (bytes(content),):
            return read_storage(content)
        case "torch._utils._rebuild_tensor_v2", (Storage() as storage, offset, size, stride, _, _, *_):
            return checked_tensor(storage, offset, size, stride)
        case "torch._utils._rebuild_parameter", (StoredTensor() as tensor, _, _):
            return tensor
        case "torch_utils.persistence._reconstruct_persistent_obj", (dict(record),):
            return read_record(record)
        case _:
            raise ValueError(f"{function.name} is given what it does not take")


def settle(target: Any, state: Any) -> None:
    """Gives a NumPy type its byte order; nothing else here takes a state."""
    if not isinstance(target, Dtype):
        raise Refused("it sets the state of what has none")
    match state:
        case (_, ("<" | ">" | "|" | "=") as order, *_):
            target.order = "<" if order == "|" else order
        case _:
            raise ValueError("a NumPy type without a byte order")


def read_record(record: dict[Any, Any]) -> StoredModule:
    """A persistence record: the official code's way to keep a network together with its source, which is dropped."""
    class_name, state = record.get("class_name"), record.get("state")
    if record.get("type") != "class" or not isinstance(class_name, str) or not isinstance(state, dict):
        raise ValueError("a persistence record without class and state")
    return StoredModule(ascii(class_name)[1:-1][:100], state)


def checked_tensor(storage: Storage, offset: Any, size: Any, stride: Any) -> StoredTensor:
    """A tensor on `storage`. Raises ValueError when it would reach beyond it, or be larger than it."""
    if type(size) is not tuple or type(stride) is not tuple or len(size) != len(stride) or len(size) > 8:
        raise ValueError("a tensor without a shape")
    if not all(type(n) is int and 0 <= n < 2**48 for n in (offset, *size, *stride)):
        raise ValueError("a tensor whose shape is no shape")
    count = 1
    for n in size:
        count *= n
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if count > len(storage) or (count and last >= len(storage)):
        raise ValueError("a tensor that reaches beyond its numbers")
    return StoredTensor(storage, offset, size, stride)


def read_storage(content: bytes) -> Storage:
    """The numbers of a tensor from torch's stream for them: five small pickles, a count, and the bytes."""
    file = io.BytesIO(content)

    def part() -> Any:
        return Interpreter(file, len(content), STORAGE_INSTRUCTIONS_MAX, storage=True).run()

    magic, version, system = part(), part(), part()
    if (
        magic != MAGIC
        or version != STREAM_VERSION
        or type(system) is not dict
        or system.get("little_endian") is not True
    ):
        raise ValueError("a tensor in an unknown format")
    match part(), part():
        case ("storage", PickledName(name), str(key), str(), int(count), None), [str(only)] if only == key:
            dtype = STORAGES[name]
        case _:
            raise ValueError("a tensor in an unknown format")
    start = file.tell() + 8
    if content[start - 8 : start] != struct.pack("<q", count) or len(content) - start != count * dtype.itemsize:
        raise ValueError("a tensor whose numbers are cut off")
    return Storage(dtype, memoryview(content)[start:])
