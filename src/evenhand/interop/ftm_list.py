"""FollowTheMoney JSON lines, as OpenSanctions publishes them: one entity a line, nested or not.

Knows:    the FollowTheMoney 4 schemata Person, Passport, Identification, Sanction and Address.
Told:     the file's bytes, or its lines one by one.
Answers:  every Person that is sanctioned or wanted as an entry; everybody and everything else as a refusal.
Trusted:  no: input. `read_lines` needs memory for one line and for the papers of people still to come.

OpenSanctions also lists people for what they are: holders of office, their families, bankrupts. A notice
needs an accusation, so an entity whose topics name none is refused. Files of our own export are told by their
sentences (`ftm_own`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from io import BytesIO
from typing import Any, Final, NamedTuple

import msgspec

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import InputError, LimitError
from evenhand.ground.limits import LIST_LINE_BYTES_MAX
from evenhand.identity.person import Document, NameKind
from evenhand.interop.countries import country_code
from evenhand.interop.entry import EntryDraft
from evenhand.interop.ftm_own import birth_places, marks_among, status_among, take_births
from evenhand.interop.list_dates import birth_date_unslashed, unslashed
from evenhand.interop.listed_documents import document_type, unknown_kind
from evenhand.interop.listed_numbers import take_bare_number
from evenhand.interop.model import NOT_A_PERSON, WHOLE_ENTRY, ImportedEntry, ParsedList, Refusal
from evenhand.interop.rows import RecordReader
from evenhand.notices.model import Source

LIST_NAME: Final = "ftm"
_NAMES: Final[tuple[tuple[str, NameKind], ...]] = (
    ("name", "primary"), ("alias", "alias_good"), ("previousName", "alias_good"), ("weakAlias", "alias_low"),
    ("abbreviation", "alias_low"),
)  # fmt: skip
_NUMBERS: Final = {
    "passportNumber": "passport", "idNumber": "national_id", "socialSecurityNumber": "social_security",
    "taxNumber": "tax_number", "innCode": "tax_number", "registrationNumber": "other",
}  # fmt: skip
_WORDS: Final = {
    "title": "Title", "position": "Position", "profession": "Profession", "fatherName": "Father",
    "motherName": "Mother", "secondName": "Second name", "nameSuffix": "Name suffix",
    "deathDate": "Died", "education": "Education", "country": "Country",
    "program": "Programme", "status": "Status", "email": "E-mail", "phone": "Telephone",
    "legalForm": "Legal form", "sector": "Sector", "classification": "Classification",
    "eyeColor": "Eyes", "hairColor": "Hair", "height": "Height", "weight": "Weight",
    "biography": "Biography",
}  # fmt: skip
_PROTECTED: Final = frozenset({"religion", "ethnicity", "political"})
_TEXTS: Final = frozenset({"summary", "description"})
_BOOKKEEPING: Final = frozenset({
    "sourceUrl", "publisher", "publisherUrl", "modifiedAt", "createdAt", "retrievedAt", "indexText", "alephUrl",
    "proof", "wikidataId", "wikipediaUrl", "keywords", "website", "programId", "uniqueEntityId", "icijId", "bvdId",
    "sayariId",
    "riskSource", "mainCountry",
})  # fmt: skip
_ENTITY: Final = frozenset({
    "caption", "referents", "first_seen", "last_seen", "last_change", "target", "origin", "key_prefix",
})  # fmt: skip
_NESTED: Final = _ENTITY | {"id", "schema", "datasets"}
_OF_A_PAPER: Final = _BOOKKEEPING | {"holder", "authority"}
_OF_A_SANCTION: Final = _BOOKKEEPING | {
    "entity", "country", "authorityId", "startDate", "date", "programUrl", "unscId",
}  # fmt: skip
_ACCUSED: Final = frozenset({"sanction", "wanted", "crime", "debarment"})
_OF_INTEREST: Final = "poi"
_CRIMES: Final = "crime."
"""Every kind of crime is an accusation. What follows `sanction.` is none: `sanction.linked` is kin of the sanctioned,
`sanction.counter` sanctioned by way of retaliation."""
_SUBJECT: Final = {"Passport": "holder", "Identification": "holder", "Sanction": "entity"}
"""Schemata that belong to a person, and the property that says to whom."""
_PAPERS: Final = frozenset({"passports", "identification", "passport", "identifications"})
_MEASURE: Final = frozenset({
    "endDate", "status", "duration", "provisions", "recordId", "description",
})  # fmt: skip
_HELD: Final = "its subject was not told of"
_DAY: Final = len("2026-01-31")

Told = ImportedEntry | Refusal
_PAPER_VALUES_MAX: Final = 20_000
"""Subjects of a paper times all its values: the time to read it, and how often a fault in it is told."""
Papers = dict[str, list[dict[str, Any]]]


def parse(data: bytes) -> ParsedList:
    """Read the whole file. Raises InputError with line and cause for a damaged or foreign file."""
    entries: list[ImportedEntry] = []
    refusals: list[Refusal] = []
    for told in read_lines(lambda: BytesIO(data)):
        (entries if isinstance(told, ImportedEntry) else refusals).append(told)  # type: ignore[arg-type]
    edition = max((one.source.edition or "" for one in entries), default="")
    return ParsedList(name=LIST_NAME, edition=edition, entries=tuple(entries), refusals=tuple(refusals))


def read_lines(lines: Callable[[], Iterable[bytes]]) -> Iterator[Told]:
    """Yield entries and refusals in the order of the file. `lines` is asked twice: papers are read first.

    Raises InputError with line and cause on the first damaged line, LimitError on one too long.
    """
    papers = _papers(lines())
    for number, entity in _entities(lines()):
        yield from _entity(entity, number, papers)
    for holder, held in papers.items():
        for paper in held:
            yield _whole(paper["line"], str(paper.get("id") or ""), f"a paper of {holder}: {_HELD}")


class _Kind(msgspec.Struct):
    """All that the first pass reads of a line that is no paper."""

    schema: str = ""


_KIND: Final = msgspec.json.Decoder(_Kind)


def _entities(lines: Iterable[bytes], *, only: Container[str] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if len(line) > LIST_LINE_BYTES_MAX:
            raise LimitError(f"line {number} is too long", why=f"the limit is {LIST_LINE_BYTES_MAX} bytes")
        if line.isspace():
            continue
        try:
            if only is not None and _KIND.decode(line).schema not in only:
                continue
            entity = msgspec.json.decode(line)
        except UNREADABLE as error:
            raise InputError(
                f"damaged JSON at line {number}", why=str(error), remedy="fetch the list again"
            ) from error
        if not (isinstance(entity, dict) and "schema" in entity and isinstance(entity.get("properties"), dict)):
            raise InputError(
                f"line {number} is no FollowTheMoney entity", remedy="give entities.ftm.json or targets.nested.json"
            )
        yield number, entity


def _papers(lines: Iterable[bytes]) -> Papers:
    """Gather papers that stand on lines of their own, by holder: they may come before or after the person."""
    found: Papers = {}
    for number, entity in _entities(lines, only=_SUBJECT.keys()):
        subjects = entity["properties"].get(_SUBJECT.get(str(entity["schema"])))
        for subject in subjects if isinstance(subjects, list) and not _is_too_much(entity) else ():
            # each subject's reader empties the properties it is given, so each is given its own
            own = {"line": number, "properties": dict(entity["properties"])}
            found.setdefault(str(subject), []).append(entity | own)
    return found


def _is_too_much(entity: dict[str, Any]) -> bool:
    """Tell whether a paper has more than is read: each of its subjects reads all its values again."""
    properties = entity["properties"]
    subjects = properties.get(_SUBJECT.get(str(entity["schema"])))
    if not isinstance(subjects, list) or len(subjects) == 1:
        return False
    return len(subjects) * sum(len(each) for each in properties.values() if isinstance(each, list)) > _PAPER_VALUES_MAX


def _entity(entity: dict[str, Any], line: int, papers: Papers) -> Iterator[Told]:
    is_too_much = _is_too_much(entity)
    properties, reader = entity["properties"], RecordReader(entity, line)
    schema, entity_id = reader.text("schema"), reader.text("id")
    (said,) = reader.inside("properties")
    if schema in _SUBJECT and said.take(_SUBJECT[schema]):
        if is_too_much:
            yield _whole(line, entity_id, "a paper of too many subjects and values")
        return
    topics, held = said.texts("topics"), papers.pop(entity_id, [])
    if schema != "Person":
        yield _whole(line, entity_id, f"{NOT_A_PERSON}: {schema}")
    elif topics and not _accused(topics, properties, held):
        yield _whole(line, entity_id, f"listed without an accusation: {', '.join(topics)}")
    else:
        draft = EntryDraft(entry_id=entity_id, line=line)
        for topic in topics:
            draft.labelled(line, "Topic", topic)
        for born in take_births(properties):
            draft.birth(line, "notes", born, "")
        entry = _person(reader, said, draft, held)
        yield from draft.refusals
        yield from [] if entry is None else [entry]


def _accused(topics: Iterable[str], properties: dict[str, Any], held: Iterable[dict[str, Any]]) -> bool:
    """Tell whether somebody is accused of anything: by a topic, or as a person of interest by a sanction with a reason.

    Our own export gives `poi` to whoever is neither to be arrested nor from a list; the offence is its sanction's.
    """
    if any(topic in _ACCUSED or topic.startswith(_CRIMES) for topic in topics):
        return True
    nested = properties.get("sanctions")
    sanctions = [one.get("properties") for one in nested if isinstance(one, dict)] if isinstance(nested, list) else []
    sanctions += [one["properties"] for one in held if one["schema"] == "Sanction"]
    return {*topics} == {_OF_INTEREST} and any(
        RecordReader(dict(one), 1).texts("reason") for one in sanctions if isinstance(one, dict)
    )


def _whole(line: int, entry_id: str, reason: str) -> Refusal:
    return Refusal(line=line, entry_id=entry_id, field=WHOLE_ENTRY, reason=reason)


def _person(
    reader: RecordReader, said: RecordReader, draft: EntryDraft, papers: list[dict[str, Any]]
) -> ImportedEntry | None:
    line = reader.line
    changed = reader.text("last_change")[:_DAY]
    datasets = ", ".join(reader.texts("datasets"))
    reader.skip_all(_ENTITY)
    said.skip_all(_BOOKKEEPING)
    _names(said, draft, line)
    _origins(said, draft, line)
    _documents(said, draft, papers)
    _addresses(said, draft)
    offence, listed = _sanctions(said, draft, papers)
    for text in _unmarked(said, draft, "notes"):
        draft.remark(line, "notes", text)
    draft.marks += said.texts("appearance")
    for name in said.names():
        _words(said, draft, name)
    reader.refuse_leftovers(draft)
    return draft.finish(
        source=Source(list=LIST_NAME, entry_id=draft.entry_id, edition=changed or None),
        offence=offence or f"Listed in: {datasets or 'dataset not named'}",
        reference=draft.entry_id,
        listed_on=listed or None,
        updated_on=(changed,) if changed else (),
    )


def _unmarked(said: RecordReader, draft: EntryDraft, name: str) -> list[str]:
    """Take the texts of a property; the marks among them are the entry's, and the others are returned."""
    marked, left = marks_among(said.texts(name))
    draft.handled(marked)
    return left


def _words(said: RecordReader, draft: EntryDraft, name: str) -> None:
    """Take a property that is kept in words, or must not be kept; leave all others."""
    label = _WORDS.get(name)
    for text in said.texts(name) if label is not None or name in _TEXTS or name in _PROTECTED else ():
        if name in _TEXTS:
            draft.remark(said.line, name, text)
        else:
            draft.labelled(said.line, label or "religion", text)


def _names(said: RecordReader, draft: EntryDraft, line: int) -> None:
    given, middle, family = (said.texts(name) for name in ("firstName", "middleName", "lastName"))
    parts = (" ".join(given + middle), family[0]) if len(given) == 1 and len(family) == 1 else None
    for name, kind in _NAMES:
        for text in said.texts(name):
            if parts is not None and kind == "primary" and all(word in text for word in (*parts, *given)):
                draft.name(line, name, text, kind, parts=parts)
            else:
                draft.name(line, name, text, kind)


def _origins(said: RecordReader, draft: EntryDraft, line: int) -> None:
    for text in said.texts("birthDate"):
        draft.birth(line, "birthDate", birth_date_unslashed(text), text)
    countries = {text: country_code(text) for text in said.texts("birthCountry")}
    for text, code in countries.items():
        if code is None:
            draft.labelled(line, "Country of birth", text)
    for text, country in birth_places(said.texts("birthPlace"), filter(None, countries.values())):
        draft.birth_place(line, "birthPlace", text=text, city="", region="", country=country)
    for name in ("nationality", "citizenship"):
        for text in said.texts(name):
            draft.nationality(line, name, text)
    for text in said.texts("gender"):
        draft.sex(line, "gender", text)


def _documents(said: RecordReader, draft: EntryDraft, papers: list[dict[str, Any]]) -> None:
    """Papers first: they name an issuer, and their bare numbers on the person say nothing more."""
    stated: set[str] = set()
    for paper in papers:
        if paper["schema"] != "Sanction":
            one = RecordReader(paper["properties"], paper["line"], path="document/")
            stated.update(_paper(one, draft, paper["schema"]))
            one.refuse_leftovers(draft)
    for name in sorted(_PAPERS.intersection(said.names())) if said.holds(_PAPERS) else ():
        for nested in said.inside(name):
            schema = nested.text("schema")
            nested.skip_all(_NESTED)
            for one in nested.inside("properties"):
                stated.update(_paper(one, draft, schema))
    for name in said.names() if said.holds(_NUMBERS) else ():
        for number in said.texts(name) if name in _NUMBERS else ():
            if number not in stated:
                plain, issuer, around = take_bare_number(number)
                if not plain:
                    draft.numberless(said.line, name, f"{_NUMBERS[name]}; {around or number}")
                    continue
                draft.document(said.line, name, lambda n=plain, k=_NUMBERS[name], i=issuer, a=around: Document(  # type: ignore[misc]
                    type=k, number=n, issuer=i, note=a or None,
                ))  # fmt: skip


def _paper(one: RecordReader, draft: EntryDraft, schema: str) -> list[str]:
    one.skip_all(_OF_A_PAPER)
    numbers = list(dict.fromkeys([*one.texts("number"), *one.texts("passportNumber")]))
    said = " ".join(one.texts("type")).replace("_", " ")
    kind = document_type(said or schema)
    countries, begins, ends = one.texts("country"), one.texts("startDate"), one.texts("endDate")
    issuer = draft.issuer(one.line, "document/country", countries[0]) if countries else None
    issued, expires = (
        draft.day(one.line, f"document/{name}", texts[0], read=unslashed) if texts else None
        for name, texts in (("startDate", begins), ("endDate", ends))
    )
    status, words = status_among(_unmarked(one, draft, "summary"))
    note = [*filter(None, [unknown_kind(said)]), *words, *one.texts("description")]
    for number in numbers:
        plain, hinted, around = take_bare_number(number)
        if not plain:
            draft.numberless(one.line, "document", "; ".join([said or schema, around or number, *note]))
            continue
        draft.document(
            one.line, "document",
            lambda n=plain, h=hinted, a=around: Document(  # type: ignore[misc]
                type=kind, number=n, issuer=issuer or h, issued=issued, expires=expires, status=status,
                note="; ".join(filter(None, [*note, a])) or None,
            ),
        )  # fmt: skip
    return numbers


def _addresses(said: RecordReader, draft: EntryDraft) -> None:
    for text in said.texts("address"):
        draft.address(said.line, "address", text=text, city="", region="", country="")
    for nested in said.inside("addressEntity"):
        nested.skip_all(_NESTED)
        for one in nested.inside("properties"):
            city, region, country = (", ".join(one.texts(name)) for name in ("city", "region", "country"))
            parts = [*one.texts("street"), *one.texts("postalCode"), *one.texts("remarks")]
            text = ", ".join(parts if city or country else [*one.texts("full"), *parts])
            one.skip("full")
            draft.address(said.line, "addressEntity", text=text, city=city, region=region, country=country)


class _Listing(NamedTuple):
    offence: str
    listed: str


def _sanctions(said: RecordReader, draft: EntryDraft, papers: list[dict[str, Any]]) -> _Listing:
    """Return the offence in words and the first listing date, out of sanctions nested or apart."""
    offences: list[str] = []
    dates: list[str] = []
    apart = [
        RecordReader(one["properties"], one["line"], path="sanction/") for one in papers if one["schema"] == "Sanction"
    ]
    readers = apart
    for nested in said.inside("sanctions"):
        nested.skip_all(_NESTED)
        readers = readers + nested.inside("properties")
    for one in readers:
        one.skip_all(_OF_A_SANCTION)
        by = ", ".join(one.texts("authority"))
        what = ", ".join([*one.texts("program"), *one.texts("reason")])
        offences.append(": ".join(part for part in (by, what) if part))
        listed = (draft.day(one.line, "sanction/listingDate", day, read=unslashed) for day in one.texts("listingDate"))
        dates += filter(None, listed)
        for text in _unmarked(one, draft, "summary"):
            draft.labelled(one.line, "Sanction summary", text)
        for name in one.names():
            for text in one.texts(name) if name in _MEASURE else ():
                draft.labelled(one.line, f"Sanction {name}", text)
    for one in apart:
        one.refuse_leftovers(draft)
    said_of = "; ".join(dict.fromkeys(part for part in offences if part))
    return _Listing(said_of, min(dates, default=""))
