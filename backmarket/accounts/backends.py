"""What members of the staff may see, by their groups."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from .groups import MAY


class StaffGroupBackend(BaseBackend):
    """Grants permissions to active staff from `groups.MAY`; signs nobody in."""

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not (user_obj.is_active and user_obj.is_staff) or obj is not None:
            return set()
        if not hasattr(user_obj, "staff_permissions"):
            names = user_obj.groups.values_list("name", flat=True)
            user_obj.staff_permissions = {permission for name in names for permission in MAY.get(name, ())}
        permissions: set[str] = user_obj.staff_permissions
        return permissions

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Say whether anything of an app is theirs to see: the admin's index asks."""
        return any(permission.startswith(f"{app_label}.") for permission in self.get_group_permissions(user_obj))
