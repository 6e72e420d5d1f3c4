"""Who does something: a person, a guest or the system itself."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is user, guest or system; `label` is what the audit trail shows."""

    kind: str
    label: str
    user_id: int | None = None

    @classmethod
    def system(cls, label: str) -> "Actor":
        return cls("system", label)

    @classmethod
    def guest(cls, label: str = "guest") -> "Actor":
        return cls("guest", label)

    @classmethod
    def of(cls, request: HttpRequest) -> "Actor":
        user = request.user
        if user.is_authenticated:
            return cls("user", user.get_username(), user.pk)
        return cls.guest()
