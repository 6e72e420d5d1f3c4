"""Tags of the look: devices, icons, grades, money, fields."""

from django import template

register = template.Library()
