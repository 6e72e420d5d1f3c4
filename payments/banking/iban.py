"""Account numbers and the names of their holders: checked, masked, compared; pure functions."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError as NumberError
from text_unidecode import unidecode

from backmarket.core.errors import DomainError

# EPC409-09, list of countries in the geographical scope of SEPA, by the country that their IBANs start with: the
# islands of the Crown have British ones, the French overseas territories French ones.
SEPA_COUNTRIES = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE "
    "SI SK SM VA".split()
)

# One form a country's law knows, by all the ways it is written once case, accents and dots are gone.
LEGAL_FORMS = {
    form: ways.split(",")
    for form, ways in {
        "gmbh": "gmbh,gesellschaft mit beschrankter haftung,gesellschaft mit beschraenkter haftung,ges mbh,gesmbh",
        "gmbh & co kg": "gmbh co kg,gmbh and co kg,gmbh und co kg",
        "ug": "ug,ug haftungsbeschrankt,ug haftungsbeschraenkt,unternehmergesellschaft",
        "ag": "ag,aktiengesellschaft",
        "kg": "kg,kommanditgesellschaft",
        "ohg": "ohg,offene handelsgesellschaft",
        "ek": "ek,eingetragener kaufmann,eingetragene kauffrau",
        "sarl": "sarl,societe a responsabilite limitee",
        "eurl": "eurl",
        "sas": "sas,societe par actions simplifiee",
        "sasu": "sasu",
        "sa": "sa,societe anonyme,sociedad anonima",
        "srl": "srl,societa a responsabilita limitata",
        "srls": "srls",
        "spa": "spa,societa per azioni",
        "sl": "sl,sociedad limitada,sociedad de responsabilidad limitada",
        "slu": "slu,sociedad limitada unipersonal",
        "bv": "bv,besloten vennootschap",
        "nv": "nv,naamloze vennootschap",
        "lda": "lda,limitada",
        "ltd": "ltd,limited",
        "plc": "plc,public limited company",
        "llp": "llp,limited liability partnership",
        "inc": "inc,incorporated",
        "llc": "llc,limited liability company",
        "oy": "oy,osakeyhtio",
        "ab": "ab,aktiebolag",
        "aps": "aps,anpartsselskab",
        "sp zoo": "sp zoo,sp z oo,spolka z ograniczona odpowiedzialnoscia",
    }.items()
}
_WAYS = sorted(((way, form) for form, ways in LEGAL_FORMS.items() for way in ways), key=lambda pair: -len(pair[0]))
_GERMAN_AND_NORDIC = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
# Below it two names of a few words are rather two holders than one misspelt.
CLOSE_SPELLING = 90.0


class IbanInvalidError(DomainError):
    code = "iban_invalid"
    http_status = 422
    message = _("This IBAN is not right. Please check each digit.")


class IbanOutsideSepaError(DomainError):
    code = "iban_outside_sepa"
    http_status = 422
    message = _("Accounts in this country cannot receive SEPA transfers.")


def normalise_iban(text: str) -> str:
    """
    Return an IBAN without blanks and in capitals, its length, structure and check digits verified.

    :raises IbanInvalidError: it is none
    """
    compact = re.sub(r"[\s-]", "", text).upper()
    try:
        # The check digits hold for any account; what countries add (a national key) banks have given up here and there.
        return str(iban_number.validate(compact, check_country=False))
    except NumberError as error:
        raise IbanInvalidError from error


def is_sepa(iban: str) -> bool:
    """Tell whether accounts of the IBAN's country can be reached by SEPA credit transfers."""
    return iban[:2].upper() in SEPA_COUNTRIES


def sepa_iban(text: str) -> str:
    """
    Return the normalised IBAN of an account that a SEPA credit transfer reaches.

    :raises IbanInvalidError: it is none
    :raises IbanOutsideSepaError: its country takes no part in SEPA
    """
    iban = normalise_iban(text)
    if not is_sepa(iban):
        raise IbanOutsideSepaError
    return iban


def masked_iban(iban: str) -> str:
    """Return what a person may see of an account number: its country and last four characters."""
    compact = re.sub(r"\s", "", iban).upper()
    return f"{compact[:2]} •••• {compact[-4:]}"


class NameGrade(StrEnum):
    """How well two names agree: `CLOSE` is for a person to decide."""

    MATCH = "match"
    CLOSE = "close_match"
    NONE = "no_match"


class NameDifference(StrEnum):
    """What two names differ in."""

    CASE = "case"
    ACCENTS = "accents"
    PUNCTUATION = "punctuation"
    LEGAL_FORM_WRITTEN = "legal_form_written"
    LEGAL_FORM_MISSING = "legal_form_missing"
    LEGAL_FORM_OTHER = "legal_form_other"
    WORD_ORDER = "word_order"
    SPELLING = "spelling"
    WORDS = "words"


_DOUBTFUL = {NameDifference.LEGAL_FORM_OTHER, NameDifference.WORD_ORDER, NameDifference.SPELLING}


@dataclass(frozen=True, slots=True)
class NameMatch:
    grade: NameGrade
    differences: tuple[NameDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Name:
    words: str
    form: str
    form_written: str


def name_matches(account_holder: str, legal_name: str) -> NameMatch:
    """
    Compare the holder of an account with the name in the register, and say what differs.

    Case, accents, punctuation and the writing of a legal form are the bank's business and match; other words do not.
    Between them, another legal form, another order of words or a slip of spelling is a close match: it may be the same
    company, or its sister.
    """
    pairs = [(_read(holder), _read(legal)) for holder in _folded(account_holder) for legal in _folded(legal_name)]
    if not all(name.words for pair in pairs for name in pair):
        return NameMatch(NameGrade.NONE, (NameDifference.WORDS,))
    best = max(pairs, key=lambda pair: (pair[0].words == pair[1].words, fuzz.ratio(pair[0].words, pair[1].words)))
    words = _differing_words(*best)
    if words == [NameDifference.WORDS]:
        return NameMatch(NameGrade.NONE, (NameDifference.WORDS,))
    found = (*_differing_writing(account_holder, legal_name), *_differing_form(*best), *words)
    return NameMatch(NameGrade.CLOSE if _DOUBTFUL & set(found) else NameGrade.MATCH, tuple(dict.fromkeys(found)))


def _folded(name: str) -> list[str]:
    """German and Nordic banks write ü as ue, others as u: either is the same name."""
    return list(dict.fromkeys([_plain(name.lower().translate(_GERMAN_AND_NORDIC)), _plain(name.lower())]))


def _plain(name: str) -> str:
    without_accents = unidecode(name).lower().replace("&", " and ")
    # S.r.l. and s. r. l. are one word, as is the elided article of "l'atelier".
    letters_joined = re.sub(r"\b(\w)\.\s*(?=\w\b)", r"\1", without_accents)
    return " ".join(re.sub(r"[^\w\s]", " ", letters_joined.replace("'", " ")).replace("_", " ").split())


def _read(plain: str) -> _Name:
    """Take the legal form off the end or, as French and Spanish registers write it, off the front."""
    for way, form in _WAYS:
        if plain.endswith(f" {way}"):
            return _Name(plain.removesuffix(way).strip(), form, way)
        if plain.startswith(f"{way} "):
            return _Name(plain.removeprefix(way).strip(), form, way)
    return _Name(plain, "", "")


def _differing_words(one: _Name, other: _Name) -> list[NameDifference]:
    if one.words == other.words:
        return []
    mine, theirs = (" ".join(sorted(name.words.split())) for name in (one, other))
    if mine == theirs:
        return [NameDifference.WORD_ORDER]
    if one.words.replace(" ", "") == other.words.replace(" ", ""):
        return [NameDifference.PUNCTUATION]
    if max(fuzz.ratio(mine, theirs), fuzz.ratio(one.words, other.words)) < CLOSE_SPELLING:
        return [NameDifference.WORDS]
    return [NameDifference.SPELLING]


def _differing_form(one: _Name, other: _Name) -> list[NameDifference]:
    if one.form == other.form:
        return [NameDifference.LEGAL_FORM_WRITTEN] if one.form_written != other.form_written else []
    if not one.form or not other.form:
        return [NameDifference.LEGAL_FORM_MISSING]
    return [NameDifference.LEGAL_FORM_OTHER]


def _differing_writing(one: str, other: str) -> list[NameDifference]:
    """Compare the characters alone, whatever the words are."""
    (accents, marks), (other_accents, other_marks) = _shape(one), _shape(other)
    differs = {
        NameDifference.CASE: _differs_in_case(one, other),
        NameDifference.ACCENTS: accents != other_accents,
        NameDifference.PUNCTUATION: marks != other_marks,
    }
    return [difference for difference, found in differs.items() if found]


def _shape(name: str) -> tuple[set[str], set[str]]:
    folded = name.casefold()
    return {c for c in folded if c.isalpha() and not c.isascii()}, {c for c in folded if not c.isalnum() and c != " "}


def _differs_in_case(one: str, other: str) -> bool:
    mine, theirs = ({word.lower(): word for word in re.findall(r"\w+", unidecode(name))} for name in (one, other))
    shared = mine.keys() & theirs.keys()
    return any(mine[word] != theirs[word] for word in shared) or one.isupper() != other.isupper()
