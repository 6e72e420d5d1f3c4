"""Promise S3: what is not a photo is refused before anything is written; what is one is re-encoded."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from care.services.photos import PhotoRefusedError, store_photos, stored_photos

from .factories import NOW, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def upload(content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", b"0" * 1000)
    return buffer.getvalue()


def huge_png() -> bytes:
    """Return a PNG of a few bytes whose header claims 50,000 × 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def gif() -> bytes:
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")
    return buffer.getvalue()


def truncated() -> bytes:
    content: bytes = picture(size=(900, 900)).read()
    return content[:900]


def just_above_50_million_pixels() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (7_100, 7_100)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SVG, id="svg"),
        pytest.param(HTML, id="html"),
        pytest.param(b"\xff\xd8\xff\xe0" + HTML, id="html behind a JPEG's first bytes"),
        pytest.param(zipped(), id="zip"),
        pytest.param(gif(), id="gif"),
        pytest.param(huge_png(), id="50k x 50k"),
        pytest.param(just_above_50_million_pixels(), id="above 50 million pixels"),
        pytest.param(truncated(), id="truncated"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xd8" + b"0" * (8 * 1024 * 1024), id="above 8 MB"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_written(private_files, content):
    good = picture()

    with pytest.raises(PhotoRefusedError):
        store_photos([good, upload(content)], now=NOW)

    assert private_files() == []


def test_a_seventh_photo_is_refused_with_the_other_six(private_files):
    with pytest.raises(PhotoRefusedError, match="at most 6"):
        store_photos([picture() for _ in range(7)], now=NOW)

    assert private_files() == []


def test_a_name_with_dots_and_slashes_leads_nowhere(private_files):
    (photo,) = store_photos([picture("../../../etc/cron.d/x.jpg")], now=NOW)

    assert photo.key.startswith("care/photo/2026/11/")
    assert ".." not in photo.key
    assert len(private_files()) == 1


def test_a_polyglot_keeps_its_pixels_and_loses_the_rest(private_files):
    polyglot = picture().read() + zipped() + HTML

    store_photos([upload(polyglot)], now=NOW)

    (file,) = private_files()
    stored = file.read_bytes()
    assert b"<script" not in stored
    assert b"PK\x03\x04" not in stored
    assert stored.startswith(b"\xff\xd8")
    assert stored.endswith(b"\xff\xd9")


def test_place_and_camera_are_removed_and_the_picture_stands_upright(private_files):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "SecretPhone"
    exif.get_ifd(GPS)[2] = (51.0, 57.0, 40.0)
    wide = picture(size=(640, 480), exif=exif)
    assert b"SecretPhone" in wide.read()

    (photo,) = store_photos([wide], now=NOW)

    (file,) = private_files()
    with Image.open(file) as stored:
        assert dict(stored.getexif()) == {}
        assert stored.size == (photo.width, photo.height) == (480, 640)
    assert b"SecretPhone" not in file.read_bytes()


def test_a_large_photo_shrinks_to_2000_on_a_side_and_a_transparent_one_turns_white(private_files):
    buffer = io.BytesIO()
    Image.new("RGBA", (3_000, 1_000), (0, 0, 0, 0)).save(buffer, "PNG")

    (photo,) = store_photos([upload(buffer.getvalue())], now=NOW)

    assert (photo.width, photo.height) == (2_000, 667)
    (file,) = private_files()
    with Image.open(file) as stored:
        assert stored.getpixel((5, 5)) == (255, 255, 255)


def test_photos_of_a_refused_message_are_deleted_again(private_files):
    def refuse():
        with stored_photos([picture()], now=NOW) as stored:
            assert storages["private"].exists(stored[0].key)
            raise LookupError

    with pytest.raises(LookupError):
        refuse()

    assert private_files() == []
