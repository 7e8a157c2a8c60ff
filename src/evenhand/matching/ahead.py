# ruff: noqa: ANN401, ARG001
"""Memory asked for before it is needed: a list is far larger than a processor's caches, and each wait is eighty steps.

Knows:    the compiler's own word for it (LLVM, `llvm.prefetch`).
Told:     an array and a row.
Answers:  nothing; what follows is the same without it, only later.
Trusted:  yes: it runs inside kernels.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _ahead(context: Any, array: Any, row: Any) -> Any:
    """Ask for the memory of a row of an array; goes on at once."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = target.make_array(signature.args[0])(target, builder, arguments[0])
        stride = builder.extract_value(held.strides, 0)
        place = target.cast(builder, arguments[1], signature.args[1], types.intp)
        byte = ir.IntType(8).as_pointer()
        address = builder.gep(builder.bitcast(held.data, byte), [builder.mul(place, stride)])
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask: Any = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")  # type: ignore[no-untyped-call]
        builder.call(ask, [address, number(0), number(3), number(1)])  # to read, keep near, data
        return target.get_dummy_value()

    return types.void(array, row), generate


ahead: Any = intrinsic(_ahead)
"""Called with an array and a row, by kernels alone."""
