"""`evenhand export`: what this member holds, in the formats of others.

Knows:    files and folders a person names.
Told:     a format, a reader, the strictest marks, a place.
Answers:  the files, and what was kept back as a number.
Trusted:  yes: it writes names to disk, where the person asked for them.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from evenhand.cli.face import DATA, Commands, Data, Json, ask, console, show, write_file

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Write notices for analysts' tools: FollowTheMoney, STIX, MISP."
)
Reader = Annotated[str | None, typer.Option("--reader", help="The member it is for; default: ourselves.")]
TlpMax = Annotated[str, typer.Option("--tlp-max", help="Strictest mark: CLEAR, GREEN, AMBER or AMBER+STRICT.")]
PapMax = Annotated[str, typer.Option("--pap-max", help="Strictest permissible-actions mark.")]
NoDetail = Annotated[bool, typer.Option("--no-detail", help="Leave out why a person is sought.")]
_TLP: Final = "AMBER+STRICT"
_PAP: Final = "RED"


def _pages(data: Path, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = ask(data, "export", said | {"after": after})
        yield page
        after = page["next"]
        if not after:
            return


def _request(form: str, reader: str | None, tlp_max: str, pap_max: str, no_detail: bool) -> dict[str, Any]:
    return {
        "format": form, "reader": reader, "tlp_max": tlp_max.upper(), "pap_max": pap_max.upper(),
        "detail": not no_detail,
    }  # fmt: skip


class _Count:
    """Adds up the pages."""

    def __init__(self, place: Path) -> None:
        self.said: dict[str, Any] = {"place": str(place), "standing": 0, "taken_back": 0, "withheld": 0}

    def add(self, page: dict[str, Any]) -> list[dict[str, Any]]:
        for name in ("standing", "taken_back", "withheld"):
            self.said[name] += page[name]
        pieces: list[dict[str, Any]] = page["pieces"]
        return pieces

    def show(self, as_json: bool) -> None:
        def text(said: dict[str, Any]) -> None:
            console().print(f"Wrote {said['standing']} notices to [bold]{said['place']}[/].")
            if said["taken_back"]:
                console().print(f"{said['taken_back']} more are in it as taken back.")
            console().print(f"Kept back: {said['withheld']}.")

        show(self.said, as_json=as_json, text=text)


@app.command()
def ftm(  # noqa: PLR0917 - Typer makes options of arguments
    file: Annotated[Path, typer.Argument(help="The file to write, one entity a line.")],
    reader: Reader = None, tlp_max: TlpMax = _TLP, pap_max: PapMax = _PAP, no_detail: NoDetail = False,
    data: Data = DATA, as_json: Json = False,
) -> None:  # fmt: skip
    """Write FollowTheMoney entities, as OpenSanctions, yente and Aleph read them.

    Example: evenhand export ftm entities.ftm.json --tlp-max GREEN --data ita
    """
    from evenhand.ground.canonical import canonical_bytes

    count = _Count(file)
    lines: list[bytes] = []
    for page in _pages(data, _request("ftm", reader, tlp_max, pap_max, no_detail)):
        lines += [canonical_bytes(one) + b"\n" for one in count.add(page)]
    write_file(file, b"".join(lines))
    count.show(as_json)


@app.command()
def stix(  # noqa: PLR0917 - Typer makes options of arguments
    file: Annotated[Path, typer.Argument(help="The file to write, one bundle.")],
    reader: Reader = None, tlp_max: TlpMax = _TLP, pap_max: PapMax = _PAP, no_detail: NoDetail = False,
    data: Data = DATA, as_json: Json = False,
) -> None:  # fmt: skip
    """Write a STIX 2.1 bundle; what was withdrawn is in it as revoked.

    Example: evenhand export stix bundle.json --reader PHL --data ita
    """
    from evenhand.ground.canonical import canonical_bytes
    from evenhand.interop.export.stix import as_bundle

    count = _Count(file)
    objects: list[dict[str, Any]] = []
    for page in _pages(data, _request("stix", reader, tlp_max, pap_max, no_detail)):
        objects += count.add(page)
    write_file(file, canonical_bytes(as_bundle(objects)))
    count.show(as_json)


@app.command()
def misp(  # noqa: PLR0917 - Typer makes options of arguments
    folder: Annotated[Path, typer.Argument(help="The folder to write the feed to; it is made if need be.")],
    reader: Reader = None, tlp_max: TlpMax = _TLP, pap_max: PapMax = _PAP, no_detail: NoDetail = False,
    data: Data = DATA, as_json: Json = False,
) -> None:  # fmt: skip
    """Write a MISP feed: a manifest, hashes, and an event for each notice; events of before that are not in it go.

    Write it to the same folder each time: the folder is how receivers are told what is the later word.

    Example: evenhand export misp feed/ --tlp-max AMBER --data ita
    """
    from evenhand.interop.export.misp import files_of
    from evenhand.interop.export.misp_stamps import FLOOR_FILE, floor_of, following

    count = _Count(folder)
    events: list[dict[str, Any]] = []
    for page in _pages(data, _request("misp", reader, tlp_max, pap_max, no_detail)):
        events += count.add(page)
    _make_folder(folder)
    floor = floor_of(_read(folder / FLOOR_FILE))
    files = files_of(following(one, _read(folder / f"{one['uuid']}.json"), floor) for one in events)
    # A receiver may pull at any moment: whatever a manifest names is there as long as that manifest is.
    for name, content in files.items():
        write_file(folder / name, content)
    _clear(folder, kept=files.keys(), floor=floor)
    count.show(as_json)


def _read(file: Path) -> bytes | None:
    """Return what an earlier feed left in a file, since the next word must be later; None where there is none.

    Raises UsageError.
    """
    from evenhand.ground.errors import UsageError

    try:
        return file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise UsageError(
            f"cannot read {file}", why=error.strerror or "",
            remedy="let this user read there, and write the feed again",
        ) from error  # fmt: skip


def _clear(folder: Path, *, kept: Container[str], floor: int) -> None:
    """Delete the events of an earlier feed that this one does not carry, and no file of anybody else.

    Their highest stamp stays: what of them comes again must be the later word for whoever pulled them.
    """
    from evenhand.ground.errors import UsageError
    from evenhand.interop.export.misp import is_event_file
    from evenhand.interop.export.misp_stamps import FLOOR_FILE, floor_bytes, stamp_of

    try:
        gone: dict[Path, int] = {}
        for file in sorted(folder.glob("*.json")):
            data = file.read_bytes() if file.name not in kept and file.is_file() else b""
            if is_event_file(file.name, data):
                gone[file] = stamp_of(data)
        if gone:
            write_file(folder / FLOOR_FILE, floor_bytes(max(floor, *gone.values())))
        for file in gone:
            file.unlink()
    except OSError as error:
        raise UsageError(
            f"the feed in {folder} still has events that it must not have", why=error.strerror or "",
            remedy="let this user delete there, and write the feed again",
        ) from error  # fmt: skip


def _make_folder(folder: Path) -> None:
    from evenhand.ground.errors import UsageError

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot make the folder {folder}", why=error.strerror or os.strerror(error.errno or 0),
            remedy="give the path of a folder",
        ) from error  # fmt: skip
