"""What a person typed into a form is kept when the sign-in ends before they save.

It travels through the sign-in page in the page itself, signed and for an hour, and comes back as a page
with one button. Passwords, PINs and files do not travel. It is taken only from our own pages: else another
site could plant the form that a person then sends in their own name.
"""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from canteen.web.csrf import is_from_here
from canteen.web.redirects import safe_next

LARGEST = 200_000
"""Characters of typed text; a larger form is not carried."""
AGE_SECONDS = 3_600
SECRET = ("csrf_token", "password", "pin", "typed")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: to which path, which fields, and whether files were left behind."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool = False


def of_request() -> Typed | None:
    """What this request carried, if it may be carried on."""
    if request.method != "POST" or not is_from_here():
        return None
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if not _is_secret(name))
    if sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return None
    files = any(file.filename for file in request.files.values())
    return Typed(request.full_path.rstrip("?"), fields, files)


def seal(typed: Typed) -> str:
    """As text for a hidden field that nobody can alter."""
    return str(_serializer().dumps([typed.path, typed.fields, typed.had_files]))


def unseal(text: str | None) -> Typed | None:
    """Back from a hidden field; None where it was altered, is too old or leads elsewhere."""
    if not text:
        return None
    try:
        path, fields, had_files = _serializer().loads(text, max_age=AGE_SECONDS)
    except BadData:
        return None
    if safe_next(path, "") == "":
        return None
    return Typed(path, tuple((str(name), str(value)) for name, value in fields), bool(had_files))


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)


def _serializer() -> URLSafeTimedSerializer:
    key = current_app.secret_key
    if key is None:
        raise RuntimeError("an app that keeps typed forms needs its SECRET_KEY")
    return URLSafeTimedSerializer(key, salt="typed form")
