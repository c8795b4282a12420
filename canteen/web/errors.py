"""How a "no" and a fault read: a page in plain words with the next step, or problem+json for a device.

Nothing of the person or the request stands in the log but the route and where in the code it happened:
paths hold tokens, and messages of a database hold names.
"""

import secrets
import traceback
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from canteen.core.errors import Refusal
from canteen.web import refusals, typed
from canteen.web.redirects import here

# status: what happened, what to do now
PAGES = {
    400: (_l("浏览器送来的内容不完整"), _l("请返回上一页，再填一次。")),
    403: (_l("这个页面不归您管"), _l("您登录的身份不能打开它。需要的话，请找系统管理员调整您的身份。")),
    404: (_l("没有找到这个页面"), _l("网址可能抄错了，或者这一条已经不在了。请从首页或菜单重新进入。")),
    405: (_l("这个网址不能直接打开"), _l("请从首页或菜单重新进入，再按页面上的按钮。")),
    413: (_l("文件太大了"), _l("最大 32 MB。请把文件分成几个，再上传一次。")),
    415: (_l("文件种类不对"), _l("请换成页面上写的文件种类，再上传一次。")),
    429: (_l("试得太快了"), _l("请等几分钟再试。")),
    503: (_l("系统正在忙"), _l("请等一分钟，再打开这个页面。")),
}


def init(app: Flask) -> None:
    """Answer every refusal and fault of an app."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(CSRFError, on_expired_form)
    app.register_error_handler(Unauthorized, on_signed_out)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)


def wants_json() -> bool:
    """Whether a program asks, not a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return request.path.startswith("/api/") or best in ("application/json", "application/problem+json")


def problem(status: int, code: str, detail: str = "", **more: Any) -> Response:
    """An answer as `application/problem+json` with a stable code."""
    response = jsonify(
        {"type": "about:blank", "status": status, "code": code, "title": detail or code, **more}
    )
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def page(status: int, title: str, advice: str, code: str = "") -> Response:
    """A page that says what happened and what to do now; the code is small, for a call for help."""
    return make_response(render_template("errors/page.html", title=title, advice=advice, code=code), status)


def on_refusal(refusal: Refusal) -> Response:
    """A "no" that no view put beside its form."""
    status, words = refusals.status_of(refusal), refusals.sentence(refusal)
    if wants_json():
        return problem(status, refusal.code, words)
    return page(status, gettext("这一步没有做成"), words, refusal.code)


def on_expired_form(_error: CSRFError) -> Response:
    """A form whose token no longer fits: what was typed is offered again for one click."""
    if wants_json():
        return problem(400, "form-expired", gettext("页面放得太久了，请重新打开。"))
    return make_response(render_template("errors/form_expired.html", typed=typed.of_request()), 400)


def on_signed_out(_error: Unauthorized) -> BaseResponse:
    """Nobody is signed in: to the sign-in page and back, with what was typed."""
    if wants_json():
        return problem(401, "not-signed-in", gettext("请先登录。"))
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("staff.sign_in", next=here()))
    kept = typed.of_request()
    sealed = typed.seal(kept) if kept else ""
    return make_response(render_template("errors/signed_out.html", typed=kept, sealed=sealed), 401)


def on_http(error: HTTPException) -> BaseResponse:
    """Any other status: plain words for the usual ones."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    title, advice = PAGES.get(status, PAGES[400])
    if wants_json():
        return problem(status, error.name.lower().replace(" ", "-"), str(title))
    return page(status, str(title), str(advice), str(status))


def on_fault(error: Exception) -> Response:
    """Something broke: logged by place with a number that the page shows too."""
    if current_app.testing or current_app.debug:
        raise error
    number = secrets.token_hex(4).upper()
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    current_app.logger.error("fault %s: %s at %s\n%s", number, type(error).__name__, request.endpoint, frames)
    g.fault = True
    if wants_json():
        return problem(500, "fault", gettext("系统出错了，请稍后再试。"), number=number)
    return make_response(render_template("errors/fault.html", number=number), 500)
