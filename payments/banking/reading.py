"""Bank files as streams of elements: bounded in memory, without document types, entities or network."""

from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from backmarket.core.errors import DomainError

# A million entries take about one gigabyte.
MAX_BYTES = 4 * 1024**3
# Between two records that the reader may forget: a batch of 50,000 transfers in one entry fits.
MAX_RECORD_BYTES = 64 * 1024**2

Element = Any  # lxml comes without types


class BankFileError(DomainError):
    """A file of a bank that cannot be taken in; nothing of it counts, also not what was read before."""

    code = "bank_file_invalid"
    http_status = 422
    message = _("This bank file cannot be read.")


class BankFileMalformedError(BankFileError):
    code = "bank_file_malformed"
    message = _("This bank file is damaged or cut off.")


class BankFileForbiddenError(BankFileError):
    code = "bank_file_forbidden"
    message = _("This bank file declares a document type or entities, which no bank does.")


class BankFileTooLargeError(BankFileError):
    code = "bank_file_too_large"
    message = _("This bank file, or one record of it, is too large.")


class BankFileFormatError(BankFileError):
    code = "bank_file_format"
    message = _("This is not a file of the expected kind and version.")


class BankFileFactError(BankFileError):
    code = "bank_file_fact"
    message = _("This bank file lacks a fact, or has it in a form that cannot be read.")


class _Counted:
    """Hands a stream on in pieces, and refuses more than allowed in all and between two forgotten records."""

    def __init__(self, stream: IO[bytes], max_bytes: int, max_record_bytes: int) -> None:
        self.stream = stream
        self.max_bytes = max_bytes
        self.max_record_bytes = max_record_bytes
        self.count = 0
        self.forgotten_at = 0

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size if size > 0 else 32768)
        self.count += len(piece)
        if self.count > self.max_bytes or self.count - self.forgotten_at > self.max_record_bytes:
            raise BankFileTooLargeError(bytes=self.count)
        return piece


def elements(
    stream: IO[bytes],
    *,
    namespaces: tuple[str, ...],
    records: tuple[str, ...],
    containers: tuple[str, ...] = (),
    max_bytes: int = MAX_BYTES,
    max_record_bytes: int = MAX_RECORD_BYTES,
) -> Iterator[tuple[str, str, Element]]:
    """
    Yield (event, tag without namespace, element) of a document of one of the namespaces.

    Each comes at its "start", when nothing but what stands before it is whole, and at its "end"; then it is forgotten
    with all before it as soon as the next one is asked for.

    :raises BankFileMalformedError: no well-formed XML, or its end is missing
    :raises BankFileForbiddenError: a document type or an entity is declared
    :raises BankFileTooLargeError: the file or one record exceeds its limit
    :raises BankFileFormatError: another kind of document, or of a version that is not known
    """
    counted = _Counted(stream, max_bytes, max_record_bytes)
    names = ("Document", *records, *containers)
    parser = etree.iterparse(
        counted,
        events=("start", "end"),
        tag=["{*}Document", *(f"{{{space}}}{name}" for space in namespaces for name in names)],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    known = False
    try:
        for event, element in parser:
            if not known:
                _check_document(element, namespaces)
                known = True
            name = element.tag.rpartition("}")[2]
            yield event, name, element
            if event == "end" and name in {*records, *containers}:
                _forget(element)
                counted.forgotten_at = counted.count
    except etree.XMLSyntaxError as error:
        raise BankFileMalformedError(reason=str(error)) from error
    if not known:
        raise BankFileFormatError


def _check_document(element: Element, namespaces: tuple[str, ...]) -> None:
    tree = element.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise BankFileForbiddenError
    name = etree.QName(element)
    if element.getparent() is not None or name.localname != "Document" or name.namespace not in namespaces:
        raise BankFileFormatError(namespace=name.namespace)


def _forget(element: Element) -> None:
    """Free an element with all its elder siblings; clearing alone would leave a million empty shells."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


@lru_cache(maxsize=512)
def _steps(namespace: str, path: str) -> tuple[str, ...]:
    return tuple(f"{namespace}{step}" for step in path.split("/"))


def _namespace(element: Element) -> str:
    """The namespace as lxml writes it before a tag: in braces."""
    return str(element.tag[: element.tag.rfind("}") + 1])


def children(element: Element, path: str) -> list[Element]:
    """Return the elements below at a path such as "NtryDtls/TxDtls", of the same namespace."""
    found = [element]
    for step in _steps(_namespace(element), path):
        found = [child for parent in found for child in parent.iterchildren(step)]
    return found


def text_at(element: Element, *paths: str) -> str:
    """
    Return the trimmed text at the first path that has any, or the empty string; each step takes the first element.

    Steps go from child to child, which is several times as fast as lxml's own paths: a million entries ask often.
    """
    namespace = _namespace(element)
    for path in paths:
        found = element
        for step in _steps(namespace, path):
            found = next(found.iterchildren(step), None)
            if found is None:
                break
        else:
            text = (found.text or "").strip()
            if text:
                return str(text)
    return ""
