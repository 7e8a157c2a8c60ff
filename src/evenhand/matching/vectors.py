# ruff: noqa: ANN401, ARG001
"""Rows of small numbers that a processor works on all at once, for kernels.

Knows:    the compiler's vector types (LLVM language reference, "Vector Type"), which every processor has some form of.
Told:     rows of arrays, and numbers for all lanes.
Answers:  rows again; what each lane holds is the same on every machine.
Trusted:  yes: it runs inside kernels.

The compiler turns most loops over arrays into such rows by itself. It cannot keep a row in the processor's registers
from one such loop to the next, nor tell that many arrays lie apart; here nothing is left to it.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic, models, register_model

ROW: Final = 32
"""Lanes of a row."""
_BYTE, _SHORT, _PLACE = ir.IntType(8), ir.IntType(16), ir.IntType(32)


class RowType(types.Type):
    """Numba's type of a row in registers."""

    def __init__(self, name: str, lane: Any) -> None:
        """Name the type of a row; `lane`: the compiler's type of one number of it."""
        super().__init__(name=name)
        self.row = ir.VectorType(lane, ROW)


BYTES: Final = RowType("evenhand.bytes", _BYTE)
"""A number of eight bits without sign in every lane."""
SHORTS: Final = RowType("evenhand.shorts", _SHORT)
"""A number of sixteen bits with sign in every lane."""


@register_model(RowType)
class _RowModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: RowType) -> None:
        super().__init__(manager, kind, kind.row)  # type: ignore[no-untyped-call]


def _kind_of(array: Any) -> RowType:
    return BYTES if array.dtype.bitwidth == _BYTE.width else SHORTS


def _address(target: Any, builder: Any, array: tuple[Any, Any], row: tuple[Any, Any]) -> Any:
    """Return where a row of an array lies; both with their types."""
    held = target.make_array(array[1])(target, builder, array[0])
    place = target.cast(builder, *row, types.intp)
    byte = builder.bitcast(held.data, _BYTE.as_pointer())
    start = builder.gep(byte, [builder.mul(place, builder.extract_value(held.strides, 0))])
    return builder.bitcast(start, _kind_of(array[1]).row.as_pointer())


def _row_at(context: Any, array: Any, row: Any) -> Any:
    """Return the first lanes of row `row` of an array of bytes, or of numbers of sixteen bits."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        held, place = zip(values, signature.args, strict=True)
        return builder.load(_address(target, builder, held, place), align=1)

    return _kind_of(array)(array, row), generate


def _write_row(context: Any, array: Any, row: Any, lanes: Any) -> Any:
    """Write lanes to row `row` of an array of the same numbers."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        held, place, (value, _) = zip(values, signature.args, strict=True)
        builder.store(value, _address(target, builder, held, place), align=1)
        return target.get_dummy_value()

    return types.void(array, row, lanes), generate


def _in_all(kind: RowType) -> Any:
    def filled(context: Any, number: Any) -> Any:
        def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
            wide = target.cast(builder, values[0], signature.args[0], types.int64)
            empty = ir.Constant(kind.row, ir.Undefined)
            first = builder.insert_element(empty, builder.trunc(wide, kind.row.element), _PLACE(0))
            return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_PLACE, ROW), [0] * ROW))

        return kind(number), generate

    return intrinsic(filled)


def _wider(context: Any, lanes: Any) -> Any:
    """Return bytes as numbers of sixteen bits."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.zext(values[0], SHORTS.row)

    return SHORTS(lanes), generate


def _plus(context: Any, one: Any, other: Any) -> Any:
    """Return sums; without a check for those that are too large."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.add(*values)

    return SHORTS(one, other), generate


def _lesser(context: Any, one: Any, other: Any) -> Any:
    """Return the lesser number of each lane."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.select(builder.icmp_signed("<", *values), *values)

    return SHORTS(one, other), generate


def _where_same(context: Any, one: Any, other: Any, then: Any, otherwise: Any) -> Any:
    """Return lanes of `then` where two rows of bytes have the same, and of `otherwise` elsewhere."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.select(builder.icmp_unsigned("==", *values[:2]), *values[2:])

    return then(one, other, then, otherwise), generate


def _at_most(context: Any, one: Any, other: Any) -> Any:
    """Return a bit for every lane, the first lowest: whether its number is at most the other's."""

    def generate(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(builder.icmp_signed("<=", *values), ir.IntType(ROW))

    return types.uint32(one, other), generate


row_at: Any = intrinsic(_row_at)
write_row: Any = intrinsic(_write_row)
in_all_bytes: Any = _in_all(BYTES)
"""Return a row that has a number in all lanes."""
in_all_shorts: Any = _in_all(SHORTS)
wider: Any = intrinsic(_wider)
plus: Any = intrinsic(_plus)
lesser: Any = intrinsic(_lesser)
where_same: Any = intrinsic(_where_same)
at_most: Any = intrinsic(_at_most)
