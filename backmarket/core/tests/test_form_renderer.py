import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.safestring import mark_safe

from backmarket.core.form_renderer import INPUTS, QuickRenderer

WIDGETS = [
    forms.TextInput({"class": "in", "required": True, "disabled": False, "data-x": 'a"<b>', "maxlength": 1000}),
    forms.EmailInput({"aria-describedby": mark_safe("a &amp; b")}),
    forms.NumberInput({"min": 0, "step": "any"}),
    forms.HiddenInput(),
    forms.PasswordInput(render_value=True),
    forms.CheckboxInput({"id": "x"}),
    forms.URLInput(),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "plain", "<&\"'>", 0, 1234567, True, False])
def test_a_control_is_the_same_as_djangos(widget, value):
    quick = widget.render("name", value, renderer=QuickRenderer())

    assert quick == widget.render("name", value, renderer=DjangoTemplates()).replace("\n", "")


def test_each_of_them_is_djangos_input_and_nothing_else():
    backend = DjangoTemplates().engine
    assert isinstance(backend, Backend)
    for name in INPUTS - {"django/forms/widgets/input.html"}:
        source = backend.engine.get_template(name).source
        assert source.strip() == '{% include "django/forms/widgets/input.html" %}', name
