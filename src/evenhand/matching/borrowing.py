# ruff: noqa: ANN401, ARG001
"""Arrays that a kernel uses without counting who else does.

Knows:    that numba counts the users of an array at every slice and every call, by a step that all threads share.
Told:     an array, or a tuple of arrays and tuples, that the caller holds for as long as the kernel runs.
Answers:  the same, without its owner: there is nothing to count.
Trusted:  yes: it runs inside kernels.

A comparison of two names slices rows hundreds of times. Each time two threads on one list wait for each other.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _without_owner(target: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        held = target.make_array(kind)(target, builder, value)
        held.meminfo = cgutils.get_null_value(held.meminfo.type)  # type: ignore[no-untyped-call]
        held.parent = cgutils.get_null_value(held.parent.type)  # type: ignore[no-untyped-call]
        return held._getvalue()  # noqa: SLF001 - numba's own way to make a value of a structure
    members: Any = kind if isinstance(kind, types.BaseTuple) else ()
    for at, each in enumerate(members):
        part = _without_owner(target, builder, each, builder.extract_value(value, at))
        value = builder.insert_value(value, part, at)
    return value


def _borrowed(context: Any, value: Any) -> Any:
    """Return arrays without their owner; whoever calls holds them until the kernel has ended."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _without_owner(target, builder, signature.args[0], values[0])

    return value(value), generate


borrowed: Any = intrinsic(_borrowed)
"""Called with arrays in a tuple, or one, by kernels alone."""
