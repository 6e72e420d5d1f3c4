"""Small parts of the ticket screen."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def field_input(bound: BoundField, suffix: str = "") -> SafeString:
    """Draw only a field's input in the desk's look; `suffix` keeps ids apart where two forms share a name."""
    attrs: dict[str, str | bool] = {"class": "field", "id": f"{bound.id_for_label}{suffix}"}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)
