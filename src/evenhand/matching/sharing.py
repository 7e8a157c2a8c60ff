# ruff: noqa: ANN401, ARG001
"""What threads in kernels share out among themselves: whose turn it is, and who has taken what.

Knows:    a processor's own steps for it (LLVM: atomicrmw, cmpxchg, and loads and stores in order).
Told:     an array of int64 that all of them hold, and a place in it.
Answers:  a number that nobody else was given; whether a place was ours to take.
Trusted:  yes: it runs inside kernels.

A thread that comes late, or waits for Python's lock, finds the rest done; none waits for a part that was given to
another. Only to begin and to end a kernel takes that lock.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

_NUMBER = ir.IntType(64)


def _address(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Return where a place of a whole array of int64 lies."""
    held = target.make_array(signature.args[0])(target, builder, arguments[0])
    return builder.gep(held.data, [target.cast(builder, arguments[1], signature.args[1], types.intp)])


def _next_of(context: Any, array: Any, place: Any) -> Any:
    """Return the number at a place of an array, and have one more stand there."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _address(target, builder, signature, arguments)
        return builder.atomic_rmw("add", at, _NUMBER(1), "monotonic")

    return types.int64(array, place), generate


def _take(context: Any, array: Any, place: Any, expected: Any, mark: Any) -> Any:
    """Write a mark at a place where the expected number stands; tell whether it did."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _address(target, builder, signature, arguments)
        before, after = (
            target.cast(builder, value, kind, types.int64)
            for value, kind in zip(arguments[2:], signature.args[2:], strict=True)
        )
        done = builder.cmpxchg(at, before, after, "monotonic", "monotonic")
        return builder.zext(builder.extract_value(done, 1), ir.IntType(1))

    return types.boolean(array, place, expected, mark), generate


def _tell(context: Any, array: Any, place: Any, number: Any) -> Any:
    """Write a number at a place, after all that this thread wrote before."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _address(target, builder, signature, arguments)
        value = target.cast(builder, arguments[2], signature.args[2], types.int64)
        builder.store_atomic(value, at, "release", 8)
        return target.get_dummy_value()

    return types.void(array, place, number), generate


def _hear(context: Any, array: Any, place: Any) -> Any:
    """Return the number at a place; whatever was written before it was told is seen from now on."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(_address(target, builder, signature, arguments), "acquire", 8)

    return types.int64(array, place), generate


next_of: Any = intrinsic(_next_of)
take: Any = intrinsic(_take)
tell: Any = intrinsic(_tell)
hear: Any = intrinsic(_hear)
"""Called with whole arrays of int64 and a place, by kernels alone."""
