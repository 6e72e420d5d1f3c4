"""What a shopper fills in: the first message of a ticket, and the next ones."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from care.enums import Issue, Outcome
from care.services.photos import MAX_BYTES, MAX_PHOTOS
from care.services.tickets import MAX_TEXT

ACCEPT = "image/jpeg,image/png,image/webp"


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files; what they really are is checked when they are re-encoded."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned = [file for file in (forms.FileField.clean(self, one, initial) for one in files) if file]
        if len(cleaned) > MAX_PHOTOS:
            raise forms.ValidationError(_("Please attach at most 6 photos."), code="too_many")
        if any(file.size > MAX_BYTES for file in cleaned):
            raise forms.ValidationError(_("A photo may have 8 MB at most."), code="too_big")
        return cleaned


def _text_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6}), strip=True, min_length=1
    )


def _photos_field() -> PhotosField:
    return PhotosField(
        label=_("Photos"),
        required=False,
        help_text=_("Up to 6, JPEG, PNG or WebP. We remove where and when they were taken."),
        widget=PhotosInput(attrs={"accept": ACCEPT, "multiple": True}),
    )


class ReplyForm(forms.Form):
    text = _text_field(_("Your message"))
    photos = _photos_field()


class OpenForm(forms.Form):
    issue = forms.ChoiceField(choices=Issue.choices, widget=forms.HiddenInput)
    wished_outcome = forms.ChoiceField(
        label=_("What would help you most?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    text = _text_field(_("What happened?"))
    photos = _photos_field()


class IssueForm(forms.Form):
    """The first step: which issue it is, from the query."""

    issue = forms.ChoiceField(choices=Issue.choices)
