"""What an outlet may carry: releasability and marks decide, and what stays behind is a number."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from evenhand.interop.export.released import Chosen, Earlier, Exportable, Terms, choose
from evenhand.notices.model import Handling

OURS = Terms(own="ITA", reader="ITA")
THEIRS = Terms(own="ITA", reader="PHL")
LEFT = 1_772_000_000_000
was = partial(Earlier, until_ms=LEFT)


def marked(item: Exportable, tlp: str, pap: str = "AMBER") -> Exportable:
    handling = Handling(tlp=tlp, pap=pap)  # type: ignore[arg-type]
    return msgspec.structs.replace(item, notice=msgspec.structs.replace(item.notice, handling=handling))


def test_the_readers_decide(person_item: Exportable) -> None:
    other = Terms(own="ITA", reader="FRA")
    assert choose([person_item], THEIRS).items[0].key == person_item.key
    assert choose([person_item], other) == Chosen(items=(), withheld=1)
    unknown = msgspec.structs.replace(person_item, readers=None)
    assert choose([unknown], THEIRS) == Chosen(items=(), withheld=1)
    assert choose([unknown], OURS).items == (unknown,)


def test_detail_and_sightings_go_only_to_their_readers(person_item: Exportable) -> None:
    ours, theirs = choose([person_item], OURS).items[0], choose([person_item], THEIRS).items[0]
    assert ours == person_item
    assert theirs.detail is None
    assert [seen.member for seen in theirs.sightings] == ["PHL"]
    bare = Terms(own="ITA", reader="ITA", with_detail=False)
    assert choose([person_item], bare).items[0].detail is None


def test_a_sighting_goes_only_where_its_own_marks_let_it(person_item: Exportable) -> None:
    def seen_under(tlp: str, pap: str = "AMBER") -> Exportable:
        handling = Handling(tlp=tlp, pap=pap)  # type: ignore[arg-type]
        return msgspec.structs.replace(
            person_item,
            sightings=tuple(msgspec.structs.replace(one, handling=handling) for one in person_item.sightings),
        )

    green = Terms(own="ITA", reader="ITA", tlp_max="GREEN", pap_max="AMBER")
    for tlp, pap, goes in (("GREEN", "AMBER", 2), ("AMBER", "AMBER", 0), ("GREEN", "RED", 0)):
        chosen = choose([seen_under(tlp, pap)], green)
        assert (len(chosen.items[0].sightings), chosen.withheld) == (goes, 0)
    assert choose([seen_under("AMBER+STRICT")], THEIRS).items[0].sightings == ()
    assert len(choose([seen_under("AMBER+STRICT")], OURS).items[0].sightings) == 2


@pytest.mark.parametrize(
    ("tlp", "most", "goes"),
    [("CLEAR", "CLEAR", True), ("GREEN", "CLEAR", False), ("AMBER", "AMBER", True), ("AMBER+STRICT", "AMBER", False),
     ("AMBER+STRICT", "AMBER+STRICT", True), ("RED", "AMBER+STRICT", False)],
)  # fmt: skip
def test_marks_decide(person_item: Exportable, tlp: str, most: str, goes: bool) -> None:
    terms = Terms(own="ITA", reader="ITA", tlp_max=most)  # type: ignore[arg-type]
    chosen = choose([marked(person_item, tlp)], terms)
    assert (len(chosen.items), chosen.withheld) == ((1, 0) if goes else (0, 1))


def test_strict_stays_in_the_house(person_item: Exportable) -> None:
    assert choose([marked(person_item, "AMBER+STRICT")], THEIRS).withheld == 1


def test_permissible_actions_decide(person_item: Exportable) -> None:
    terms = Terms(own="ITA", reader="ITA", pap_max="GREEN")
    assert choose([marked(person_item, "CLEAR", "AMBER")], terms).withheld == 1
    assert choose([marked(person_item, "CLEAR", "GREEN")], terms).withheld == 0


def test_what_once_went_out_is_taken_back_when_its_marks_narrow(person_item: Exportable) -> None:
    green, secret = marked(person_item, "GREEN").notice, marked(person_item, "RED").notice
    red = msgspec.structs.replace(person_item, notice=secret, earlier=(was(notice=green), was(notice=secret)))
    chosen = choose([red], OURS)
    (item,) = chosen.items
    assert (item.state, item.detail, item.sightings, chosen.withheld) == ("taken_back", None, (), 1)
    assert (item.notice, item.earlier, item.stands, item.gone) == (green, (), False, False)
    never = msgspec.structs.replace(red, earlier=(was(notice=secret),))
    assert choose([never], OURS) == Chosen(items=(), withheld=1)
    (over,) = choose([msgspec.structs.replace(red, state="withdrawn")], OURS).items
    assert over.gone, "and for good where it is withdrawn"


def test_what_a_reader_could_read_is_taken_back_when_its_audience_narrows(person_item: Exportable) -> None:
    first, second, third = (msgspec.structs.replace(person_item.notice, version=number) for number in (1, 2, 3))
    both, ours = frozenset({"ITA", "PHL"}), frozenset({"ITA"})
    item = msgspec.structs.replace(
        person_item, notice=third, readers=ours,
        earlier=(was(notice=first, readers=both), was(notice=second, readers=ours)),
    )  # fmt: skip
    chosen = choose([item], THEIRS)
    (gone,) = chosen.items
    assert (gone.state, gone.notice, gone.earlier, gone.detail, chosen.withheld) == ("taken_back", first, (), None, 1)
    never = msgspec.structs.replace(item, earlier=(was(notice=second, readers=ours), was(notice=first)))
    assert choose([never], THEIRS) == Chosen(items=(), withheld=1)
    wide = msgspec.structs.replace(item, readers=both)
    (again,) = choose([wide], THEIRS).items
    assert (again.stands, [one.notice for one in again.earlier]) == (True, [first])


@pytest.mark.parametrize("state", ["stands", "suspended", "expired", "to_come", "taken_back"])
def test_what_left_a_reader_has_the_instant_at_which_it_left(person_item: Exportable, state: str) -> None:
    """Any later one would tell that the notice went on without it: of versions, their expiry, and words about them."""
    both, ours = frozenset({"ITA", "PHL"}), frozenset({"ITA"})
    first, second = (msgspec.structs.replace(person_item.notice, version=number) for number in (1, 2))
    later = LEFT + 50_000_000
    item = msgspec.structs.replace(
        person_item, readers=ours, state=state, modified_ms=later,
        earlier=(
            Earlier(notice=first, readers=both, until_ms=LEFT), Earlier(notice=second, readers=ours, until_ms=later),
        ),
    )  # fmt: skip
    (gone,) = choose([item], THEIRS).items
    assert (gone.state, gone.notice, gone.modified_ms) == ("taken_back", first, LEFT)
    (withdrawn,) = choose([msgspec.structs.replace(item, state="withdrawn", gone_ms=LEFT + 7)], THEIRS).items
    assert (withdrawn.gone, withdrawn.modified_ms) == (True, LEFT + 7), "that it is gone for good, it is told"


def test_withdrawn_ones_are_not_counted_as_withheld(person_item: Exportable) -> None:
    gone = msgspec.structs.replace(marked(person_item, "RED"), state="withdrawn")
    assert choose([gone], OURS) == Chosen(items=(), withheld=0)
    went = msgspec.structs.replace(person_item, state="withdrawn")
    assert choose([went], OURS).items[0].detail is None


def test_instants_are_in_order(person_item: Exportable) -> None:
    odd = msgspec.structs.replace(person_item, modified_ms=0)
    assert odd.modified == odd.created


def test_what_is_to_come_is_told_only_to_take_back_what_it_follows(person_item: Exportable) -> None:
    later = msgspec.structs.replace(person_item, state="to_come")
    assert choose([later], OURS) == choose([later], THEIRS) == Chosen(items=(), withheld=0)
    first = msgspec.structs.replace(person_item.notice, version=1)
    followed = msgspec.structs.replace(later, earlier=(was(notice=first, readers=frozenset({"PHL"})),))
    never = was(notice=first, readers=frozenset({"PHL"}), begun=False)
    assert choose([msgspec.structs.replace(later, earlier=(never,))], THEIRS) == Chosen(items=(), withheld=0)
    both = msgspec.structs.replace(followed, earlier=(never, *followed.earlier))
    assert choose([both], THEIRS).items[0].earlier == (never,), "its places are counted as they were when it stood"
    again = msgspec.structs.replace(never, until_ms=LEFT + 9)
    put_off = msgspec.structs.replace(followed, earlier=(*followed.earlier, again))
    (item,) = choose([put_off], THEIRS).items
    assert (item.notice, item.earlier, item.modified_ms) == (first, (), LEFT), "it left when it was first put off"
    (item,) = choose([followed], THEIRS).items
    assert (item.state, item.notice, item.detail, item.sightings) == ("taken_back", first, None, ())


def test_what_never_began_is_not_taken_back_from_whom_it_was_narrowed(person_item: Exportable) -> None:
    first = msgspec.structs.replace(person_item.notice, version=1)
    never = was(notice=first, readers=frozenset({"PHL"}), begun=False)
    ours = msgspec.structs.replace(person_item, readers=frozenset(), earlier=(never,))
    assert choose([ours], THEIRS) == Chosen(items=(), withheld=1)
    begun = msgspec.structs.replace(ours, earlier=(msgspec.structs.replace(never, begun=True),))
    assert [one.state for one in choose([begun], THEIRS).items] == ["taken_back"]
