"""Pages of signing in and of the people who work here."""

from base64 import b64encode

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from canteen.core.errors import Refusal
from canteen.core.roles import COUNTER, EVERYONE, Role
from canteen.db import reading
from canteen.documents.qr import qr_svg
from canteen.keys import key
from canteen.staff import badges, queries, services, words
from canteen.staff.forms import NameForm, NewStaffForm, PasswordForm, PinForm, RoleForm, SignInForm
from canteen.staff.throttle import Caller, caller
from canteen.web import typed
from canteen.web.access import public, requires
from canteen.web.redirects import safe_next
from canteen.web.refusals import sentence, status_of
from canteen.web.signin import login as login_hook

bp = Blueprint("staff", __name__)
words.register()

# What a person with a one-time password may open: the page that asks for their own, the way out, and plain
# files.
BEFORE_OWN_PASSWORD = frozenset(
    {"staff.password", "staff.sign_out", "web.language", "web.vendor", "web.offline", "static"}
)


def load(identity: str) -> queries.SignedIn | None:
    """The person behind the cookie, asked once a request."""
    return queries.signed_in(identity)


login_hook.user_loader(load)


@bp.before_app_request
def ask_for_own_password() -> BaseResponse | None:
    """Whoever signed in with a one-time password chooses their own before anything else."""
    if request.path.startswith("/api/"):
        return None  # Nobody is signed in there: a tablet is let in by its token, at each scan.
    if request.endpoint in BEFORE_OWN_PASSWORD or not request.endpoint or not current_user.is_authenticated:
        return None
    if current_user.must_change_password:
        return redirect(url_for("staff.password"), 303)
    return None


@bp.after_app_request
def remember_language(response: Response) -> Response:
    """The language chosen in the foot of a page stays with the person, on every computer."""
    chosen = g.get("chosen_language")
    if chosen and current_user.is_authenticated:
        services.choose_language(current_user.staff_id, chosen)
    return response


@bp.route("/login", methods=["GET", "POST"])
@public()
def sign_in() -> BaseResponse:
    """The sign-in page."""
    onward = safe_next(request.values.get("next"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(onward, 303)
    form, status = SignInForm(), 200
    if form.validate_on_submit():
        try:
            person = services.sign_in(form.login.data, form.password.data, _caller(form.login.data))
            return _let_in(person, onward)
        except Refusal as refusal:
            status = _say(form, refusal)
    kept = request.form.get("typed", "")
    page = render_template(
        "staff/sign_in.html", form=form, onward=onward, kept=kept if typed.unseal(kept) else ""
    )
    return make_response(page, status)


@bp.post("/logout")
@public()
def sign_out() -> BaseResponse:
    """End this sign-in, on this computer."""
    logout_user()
    cookie.clear()
    return redirect(url_for("staff.sign_in"), 303)


@bp.route("/password", methods=["GET", "POST"])
@requires(*EVERYONE)
def password() -> BaseResponse:
    """A person chooses a password of their own."""
    form, status = PasswordForm(), 200
    if form.validate_on_submit():
        try:
            who = _caller(current_user.login)
            person = services.change_password(current_user.staff_id, form.old.data, form.new.data, who)
            flash(_("密码改好了。别的电脑上的登录都已退出。"), "ok")
            return _let_in(person, "/")
        except Refusal as refusal:
            status = _say(form, refusal, "old" if refusal.code == "password-old" else "new")
    return make_response(render_template("staff/password.html", form=form), status)


@bp.get("/me")
@requires(*EVERYONE)
def me() -> str:
    """A person's own page."""
    with reading() as session:
        access = queries.access_of(session, current_user.staff_id)
    return render_template("staff/me.html", access=access)


@bp.route("/me/pin", methods=["GET", "POST"])
@requires(*COUNTER)
def pin() -> BaseResponse:
    """A person chooses the eight digits by which they take over a till."""
    form, status = PinForm(), 200
    if form.validate_on_submit():
        try:
            who = _caller(current_user.login)
            badges.choose_pin(current_user.staff_id, form.pin.data, form.password.data, who)
            flash(_("收银密码设好了。在收银台选姓名，再输入这 8 位数字。"), "ok")
            return redirect(url_for("staff.me"), 303)
        except Refusal as refusal:
            status = _say(form, refusal, "pin" if refusal.code.startswith("pin-") else "password")
    return make_response(render_template("staff/pin.html", form=form), status)


@bp.post("/me/sign-out-everywhere")
@requires(*EVERYONE)
def sign_me_out_everywhere() -> BaseResponse:
    """End all of one's own sign-ins, this one too."""
    services.sign_out_everywhere(current_user.staff_id, current_user.actor)
    return sign_out()


@bp.get("/staff")
@requires(Role.ADMINISTRATOR)
def index() -> str:
    """Everybody who works here, and who once did."""
    with reading() as session:
        people = queries.staff_list(session)
    return render_template("staff/index.html", people=people)


@bp.route("/staff/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def new() -> BaseResponse:
    """Add a person; the page that follows shows the one-time password, once."""
    form, status = NewStaffForm(), 200
    if form.validate_on_submit():
        try:
            staff_id, once = services.add(
                form.login.data, form.name.data, Role(form.role.data), current_user.actor
            )
            return make_response(_one_time_page(staff_id, once))
        except Refusal as refusal:
            status = _say(form, refusal, "name" if refusal.code.startswith("name-") else "login")
    return make_response(render_template("staff/new.html", form=form), status)


@bp.get("/staff/<int:staff_id>")
@requires(Role.ADMINISTRATOR)
def person(staff_id: int) -> str:
    """One person, and what can be done for them."""
    found = _person(staff_id)
    return _person_page(found, NameForm(formdata=None, obj=found), RoleForm(formdata=None, obj=found))


@bp.post("/staff/<int:staff_id>/name")
@requires(Role.ADMINISTRATOR)
def rename(staff_id: int) -> BaseResponse:
    """Correct a name."""
    found, form = _person(staff_id), NameForm()
    if form.validate_on_submit():
        try:
            services.rename(staff_id, form.name.data, current_user.actor)
            return _back_to(staff_id, _("姓名改好了。"))
        except Refusal as refusal:
            _say(form, refusal, "name")
    return make_response(_person_page(found, form, RoleForm(formdata=None, obj=found)))


@bp.post("/staff/<int:staff_id>/role")
@requires(Role.ADMINISTRATOR)
def change_role(staff_id: int) -> BaseResponse:
    """Trust a person with another role."""
    found, form = _person(staff_id), RoleForm()
    if form.validate_on_submit():
        try:
            services.change_role(staff_id, Role(form.role.data), current_user.actor)
            return _back_to(staff_id, _("身份改好了。这个人要重新登录。"))
        except Refusal as refusal:
            _say(form, refusal, "role")
    return make_response(_person_page(found, NameForm(formdata=None, obj=found), form))


@bp.post("/staff/<int:staff_id>/reset-password")
@requires(Role.ADMINISTRATOR)
def reset_password(staff_id: int) -> BaseResponse:
    """A new one-time password for somebody who forgot theirs."""
    found = _person(staff_id)
    once = services.reset_password(staff_id, current_user.actor, _caller(found.login).login_key)
    return make_response(_one_time_page(staff_id, once))


@bp.post("/staff/<int:staff_id>/sign-out-everywhere")
@requires(Role.ADMINISTRATOR)
def sign_out_everywhere(staff_id: int) -> BaseResponse:
    """End all sign-ins of a person, for a lost telephone or a shared computer."""
    services.sign_out_everywhere(staff_id, current_user.actor)
    return _back_to(staff_id, _("已让这个人在所有电脑上退出登录。"))


@bp.post("/staff/<int:staff_id>/badge")
@requires(Role.ADMINISTRATOR)
def badge(staff_id: int) -> str:
    """A new badge, shown to be printed this once; the old one is dead."""
    found = _person(staff_id)
    code = badges.issue(staff_id, current_user.actor)
    picture = "data:image/svg+xml;base64," + b64encode(qr_svg(code, "M", _("工作牌二维码")).encode()).decode()
    return render_template("staff/badge.html", person=found, picture=picture)


@bp.post("/staff/<int:staff_id>/badge/revoke")
@requires(Role.ADMINISTRATOR)
def revoke_badge(staff_id: int) -> BaseResponse:
    """A lost badge is worth nothing any more."""
    found = _person(staff_id)
    badges.revoke(staff_id, current_user.actor)
    return _back_to(staff_id, _("%(name)s 的工作牌已作废。平板联网后就不认了。", name=found.name))


@bp.route("/staff/<int:staff_id>/dismiss", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def dismiss(staff_id: int) -> BaseResponse:
    """Ask once more, then note that a person left."""
    found = _person(staff_id)
    if request.method == "GET":
        return make_response(render_template("staff/dismiss.html", person=found))
    services.dismiss(staff_id, current_user.actor)
    flash(_("%(name)s 已离职，不能再登录。", name=found.name), "ok")
    return redirect(url_for("staff.index"), 303)


def _caller(login: str) -> Caller:
    return caller(key("sign-in"), login, request.remote_addr or "")


def _let_in(person: queries.SignedIn, onward: str) -> BaseResponse:
    kept = typed.unseal(request.form.get("typed"))
    messages = cookie.pop("_flashes", None)
    # A fresh cookie and a fresh form token: nobody who planted the old ones gets in along with the person.
    cookie.clear()
    g.pop("csrf_token", None)
    if messages:
        cookie["_flashes"] = messages
    cookie.permanent = True
    login_user(person)
    if kept and not person.must_change_password:
        return make_response(render_template("errors/continue.html", typed=kept))
    return redirect(onward, 303)


def _say(form: FlaskForm, refusal: Refusal, field: str = "") -> int:
    """Put a refusal's words beside the field that it is about, or at the head of the form.

    Return the status.
    """
    if field:
        form[field].errors = [*form[field].errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))
    return status_of(refusal)


def _person(staff_id: int) -> queries.StaffRow:
    with reading() as session:
        found = queries.staff_by_id(session, staff_id)
    if found is None:
        raise NotFound()
    return found


def _person_page(found: queries.StaffRow, name_form: NameForm, role_form: RoleForm) -> str:
    with reading() as session:
        access = queries.access_of(session, found.staff_id)
    return render_template(
        "staff/person.html", person=found, name_form=name_form, role_form=role_form, access=access,
        may_hold_badge=found.role in COUNTER,
    )  # fmt: skip


def _one_time_page(staff_id: int, once: str) -> str:
    return render_template("staff/one_time.html", person=_person(staff_id), once=once)


def _back_to(staff_id: int, message: str) -> BaseResponse:
    flash(message, "ok")
    return redirect(url_for("staff.person", staff_id=staff_id), 303)
