"""What other people's tables call the columns of our template, in the languages their clerks write.

Knows:    usual headings in English, French, Spanish, German, Italian, Portuguese, Turkish, Arabic and Russian.
Told:     the headings of a table.
Answers:  the template's column that each one seems to be, or none.
Trusted:  no: a guess, which a person sees and corrects before anything is imported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from rapidfuzz import fuzz, process

_HEADINGS: Final = {
    "reference": (
        "id, ref, entry id, case number, case no, file number, number, no, n, nr, num, serial number, s no, "
        "numero, no de dossier, numero de dossier, numero de expediente, expediente, nummer, lfd nr, laufende nummer, "
        "aktenzeichen, fallnummer, numero di pratica, numero do processo, sira no, sıra, dosya no, numara, الرقم, رقم, "
        "رقم القضية, الرقم المرجعي, номер, номер дела, п п"
    ),
    "name": (
        "full name, name english, name in english, english name, name latin, nom, nom complet, nom et prenom, nombre, "
        "nombre completo, nombre y apellidos, vollstandiger name, vor und nachname, nome completo, nome e cognome, "
        "nome, ad soyad, adı soyadı, isim, ad, adı, الاسم, الاسم الكامل, اسم, фио, полное имя, имя"
    ),
    "family_name": (
        "surname, last name, nom de famille, apellido, apellidos, nachname, familienname, zuname, cognome, sobrenome, "
        "apelido, soyad, soyadı, soyisim, اسم العائلة, اللقب, фамилия"
    ),
    "given_name": (
        "first name, forename, forenames, given names, prenom, prenoms, nombre de pila, vorname, vornamen, "
        "nome proprio, primeiro nome, الاسم الأول, имя и отчество"
    ),
    "aliases": (
        "also known as, aka, a k a, other names, alias, name original script, name in original script, "
        "autres noms, alias connus, surnom, otros nombres, apodo, aliasname, aliasnamen, andere namen, altri nomi, "
        "soprannome, outros nomes, takma ad, diğer adları, أسماء أخرى, الاسم المستعار, الكنية, "
        "другие имена, псевдоним, прозвище"
    ),
    "birth_date": (
        "dob, date of birth, birthdate, birthday, year of birth, date de naissance, ne le, nee le, ne e le, "
        "ne ou nee le, ne le nee le, fecha de nacimiento, nacido el, nacida el, nacido a el, geburtsdatum, geboren, "
        "geboren am, geb, geb am, geburtstag, data di nascita, nato il, nata il, nato a il, data de nascimento, "
        "doğum tarihi, تاريخ الميلاد, تاريخ الولادة, дата рождения, год рождения"
    ),
    "birth_place": (
        "pob, place of birth, birthplace, town of birth, city of birth, lieu de naissance, lugar de nacimiento, "
        "geburtsort, luogo di nascita, local de nascimento, naturalidade, doğum yeri, مكان الميلاد, مكان الولادة, "
        "место рождения"
    ),
    "birth_country": (
        "country of birth, pays de naissance, pais de nacimiento, geburtsland, paese di nascita, pais de nascimento, "
        "doğum ülkesi, بلد الميلاد, بلد الولادة, страна рождения"
    ),
    "sex": "gender, sexe, sexo, geschlecht, sesso, genero, cinsiyet, الجنس, пол",
    "nationality": (
        "citizenship, nationalities, nationalite, nacionalidad, ciudadania, staatsangehorigkeit, nationalitat, "
        "staatsburgerschaft, cittadinanza, nazionalita, nacionalidade, cidadania, uyruk, uyruğu, vatandaşlık, "
        "الجنسية, гражданство, национальность"
    ),
    "documents": (
        "passport, passport no, passport number, document, document number, identity document, id card, passeport, "
        "numero de passeport, no de passeport, pasaporte, numero de pasaporte, reisepass, pass nr, passnummer, "
        "reisepassnummer, ausweis, ausweisnummer, passaporto, numero di passaporto, documento, documenti, passaporte, "
        "numero do passaporte, pasaport, pasaport no, pasaport numarası, جواز السفر, رقم جواز السفر, رقم الجواز, "
        "паспорт, номер паспорта, документ"
    ),
    "address": (
        "addresses, residence, adresse, domicile, direccion, domicilio, anschrift, wohnort, wohnanschrift, indirizzo, "
        "residenza, endereco, morada, adres, adresi, العنوان, عنوان, адрес, место жительства"
    ),
    "marks": (
        "distinguishing marks, physical description, signes particuliers, senas particulares, "
        "besondere kennzeichen, personenbeschreibung, segni particolari, sinais particulares, eşkal, "
        "ayırt edici özellikler, العلامات المميزة, особые приметы"
    ),
    "offence": (
        "offense, crime, charge, charges, reason, accusation, infraction, infractions, delit, motif, "
        "chef d accusation, delito, cargo, motivo, infraccion, straftat, delikt, vorwurf, tatvorwurf, grund, reato, "
        "accusa, imputazione, infracao, crimes, suç, suçu, suçlama, الجريمة, التهمة, السبب, "
        "преступление, обвинение, статья"
    ),
    "decision": (
        "decision reference, reference of the decision, court order, warrant, decision de justice, resolucion, "
        "entscheidung, beschluss, haftbefehl, decisione, provvedimento, decisao, karar, karar no, القرار, رقم القرار, "
        "решение, постановление"
    ),
    "listed_on": (
        "date of listing, date listed, listing date, date d inscription, fecha de inclusion, datum der aufnahme, "
        "data di inserimento, data de inclusao, listeye alınma tarihi, تاريخ الإدراج, дата включения"
    ),
    "remarks": (
        "remark, note, notes, comment, comments, other information, remarques, observations, commentaires, "
        "observaciones, notas, comentarios, bemerkung, bemerkungen, anmerkungen, hinweise, note e osservazioni, "
        "osservazioni, annotazioni, observacoes, açıklama, açıklamalar, notlar, ملاحظات, примечание, примечания"
    ),
}  # fmt: skip
_BESIDE: Final = (
    ("name", "family_name", {"nom": ("prenom", "prenoms"), "name": ("vorname", "vornamen")}),
    ("name", "given_name", {
        "nombre": ("apellido", "apellidos"), "nome": ("cognome", "sobrenome", "apelido"),
        "ad": ("soyad", "soyadı"), "adı": ("soyadı", "soyad"), "имя": ("фамилия",),
    }),
)  # fmt: skip
"""Headings that are a part of the name where the other part has a column of its own: Nom beside Prénom."""
_ALIKE_MIN: Final = 86
_WORD: Final = re.compile(r"[^\w]+")


def guesses(headings: Iterable[str], columns: Iterable[str]) -> dict[str, str]:
    """Return, for each heading that seems to be one, the template's column; `columns` are all of these."""
    known = {column.replace("_", " "): column for column in columns}
    for column, words in _HEADINGS.items():
        known |= {folded(word): column for word in words.split(",")}
    plain = {heading: folded(heading) for heading in headings}
    found = {}
    for heading, word in plain.items():
        guess = _alike(word, known)
        for whole, part, beside in _BESIDE:
            partners = {folded(one): {folded(other) for other in others} for one, others in beside.items()}
            if guess == whole and partners.get(word, set()).intersection(plain.values()):
                guess = part
        if guess is not None:
            found[heading] = guess
    return found


def folded(heading: str) -> str:
    """Return a heading without case, accents, points and marks; the dotless i of Turkish is an i."""
    plain = unicodedata.normalize("NFKC", heading).casefold().replace(".", "").replace("_", " ").replace("ı", "i")
    apart = unicodedata.normalize("NFKD", plain)
    kept = "".join(mark for mark in apart if not unicodedata.combining(mark))
    return " ".join(_WORD.split(kept)).strip()


def _alike(word: str, known: Mapping[str, str]) -> str | None:
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE_MIN)
    return None if found is None else known[found[0]]
