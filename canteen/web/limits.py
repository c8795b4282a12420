"""How often one address may try: for the few pages that anybody may open and guess at.

Counted per process; what must be counted over all processes (sign-ins, enrolment codes) is counted in the database.
"""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://")


def init(app: Flask) -> None:
    """Make the limits count in an app; views carry theirs as `@limiter.limit("6 per minute")`."""
    # Known to the app beforehand, the limiter hooks nothing onto every request: it looked for limits at each scan, a
    # tenth of a check-in's time in Python. A view that carries a limit checks it by itself.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
