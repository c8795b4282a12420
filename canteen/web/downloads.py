"""Files that a view hands out of what it holds: kept by no cache, as pages with people's data are."""

import io

from flask import Response, send_file


def hand_out(content: bytes, media_type: str, save_as: str | None = None) -> Response:
    """A file for a browser, to be saved under a name or, without one, to be looked at.

    By itself `send_file` lets a browser keep what it was sent, so a picture would outlive its withdrawal.
    """
    answer = send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=save_as is not None, download_name=save_as
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
