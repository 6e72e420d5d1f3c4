"""Safe photo uploads: size and pixels checked, re-encoded upright without metadata, kept private (promise S3)."""

import io
import struct
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from backmarket.core.errors import InvalidInputError

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 2000
MAX_PHOTOS = 6
FORMATS = ("JPEG", "PNG", "WEBP")
WHITE = (255, 255, 255)
# What Pillow raises on files that lie about themselves.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    EOFError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


class PhotoRefusedError(InvalidInputError):
    code = "photo_refused"
    message = _("This file is not a photo that we can read. Please use JPEG, PNG or WebP of at most 8 MB.")


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo: its key on the private storage and its size in pixels."""

    key: str
    width: int
    height: int


@contextmanager
def stored_photos(files: Sequence["UploadedFile[bytes]"], *, now: datetime) -> Iterator[list[Photo]]:
    """
    Store photos for the transaction inside the block; refused there, they are deleted again.

    :raises PhotoRefusedError: too many, too large, or not a picture
    """
    photos = store_photos(files, now=now)
    try:
        yield photos
    except BaseException:
        for photo in photos:
            storages["private"].delete(photo.key)
        raise


def store_photos(files: Sequence["UploadedFile[bytes]"], *, now: datetime) -> list[Photo]:
    """
    Re-encode uploads, so that nothing of the original file but its pixels remains, and store them.

    Called before the transaction that refers to them, because the storage may be across the network; all are
    checked before the first is stored.

    :raises PhotoRefusedError: too many, too large, or not a picture
    """
    if len(files) > MAX_PHOTOS:
        raise PhotoRefusedError(_("Please attach at most 6 photos."))
    return [_store(image, now=now) for image in [_clean(file) for file in files]]


def _clean(file: "UploadedFile[bytes]") -> Image.Image:
    """Return the pixels of an upload, upright and at most 2,000 on a side."""
    if not file.size or file.size > MAX_BYTES:
        raise PhotoRefusedError
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PhotoRefusedError
            # A JPEG is decoded at a half, a quarter or an eighth where that is enough.
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except UNREADABLE as error:
        raise PhotoRefusedError from error
    clean = Image.new("RGB", upright.size, WHITE)
    clean.paste(upright, mask=upright)
    return clean


def _store(image: Image.Image, *, now: datetime) -> Photo:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    name = f"care/photo/{now:%Y/%m}/{uuid.uuid4()}.jpg"
    return Photo(storages["private"].save(name, ContentFile(buffer.getvalue())), image.width, image.height)
