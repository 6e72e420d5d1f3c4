import pytest


@pytest.fixture
def private_files(tmp_path, settings):
    """An empty private storage; lists the files in it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        },
    }

    def listed():
        return sorted(path for path in (tmp_path / "private").rglob("*") if path.is_file())

    return listed
