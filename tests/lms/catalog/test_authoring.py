"""Writing a course in the browser: created, edited, reordered, published; nothing lost on the way."""

from __future__ import annotations

from sqlalchemy import func, select

from courses.loader import load_course, parse_activity
from lms.accounts.models import AuditEvent
from lms.catalog.models import CourseRecord, CourseVersion, RemovedPart, VersionActivity
from tests.factories import sign_in
from tests.factories.courses import small_course
from tests.lms.catalog.forms import fields_of

QUIZ = "modules/01-debut/quiz.yaml"
PAGE = "modules/01-debut/accueil.md"


def open_form(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return fields_of(answer.text)


def test_a_course_goes_from_its_title_to_a_published_version(lead, session, texts_of):
    answer = lead.post(
        "/h/hub-a/courses/new", data={"title": "Oser <i>cliquer</i>", "language": "fr", "start": "guided"}
    )
    course = session.scalars(select(CourseRecord)).one()
    base = f"/h/hub-a/courses/{course.id}"
    assert answer.location == f"{base}/edit"
    assert "<i>cliquer" not in lead.get(base).text

    added = lead.post(f"{base}/activities/new", data={"title": "Ma page", "kind": "page", "module": "mod-debut"})
    fields = open_form(lead, added.location)
    lead.post(
        added.location, data=fields | {"body": "Bonjour.\r\n\r\n## Un point\r\n\r\nDu **texte**.", "minutes": "7"}
    )
    quiz = lead.post(f"{base}/activities/new", data={"title": "Un quiz", "kind": "quiz", "module": "mod-debut"})
    lead.post(quiz.location, data=open_form(lead, quiz.location) | {"do": "add:numeric"})
    lead.post(
        quiz.location, data=open_form(lead, quiz.location) | {"questions-0-prompt": "Combien font **deux** et deux ?"}
    )

    assert lead.post(f"{base}/publish", data={"notes": "Pour commencer"}).status_code == 302
    version = session.scalars(select(CourseVersion).where(CourseVersion.number == 1)).one()
    titles = session.scalars(select(VersionActivity.title).where(VersionActivity.version_id == version.id)).all()
    assert (version.notes, set(titles) >= {"Ma page", "Un quiz"}) == ("Pour commencer", True)
    page = next(text.decode() for path, text in texts_of(course).items() if path.endswith("ma-page.md"))
    assert "minutes: 7" in page
    assert "## Un point {#" in page  # the id that evidence will refer to is written before the version goes out
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.number)).all()
    assert [act for act in acts if act.startswith("course.")] == ["course.created", "course.published"]


def test_an_activity_of_each_kind_is_shown_and_saved_without_a_change(lead, make_course, base, texts_of):
    course = make_course()
    before = load_course(texts_of(course)).course
    for key in ("page-accueil", "quiz-un", "positionnement", "devoir-un", "enquete-une", "atelier-un"):
        url = f"{base(course)}/edit/{key}"
        assert lead.post(url, data=open_form(lead, url)).status_code == 302
    assert load_course(texts_of(course)).course == before


def test_a_page_left_as_it_was_keeps_its_bytes(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/edit/page-accueil"
    lead.post(url, data=open_form(lead, url))
    assert texts_of(course)[PAGE] == small_course()[PAGE]


def test_questions_move_appear_and_disappear_with_their_choices(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/edit/quiz-un"

    def press(do):
        assert lead.post(url, data=open_form(lead, url) | {"do": do}).status_code == 302
        return parse_activity(
            "quiz", texts_of(course)[QUIZ].decode(), QUIZ, {"fpa": ("fpa-rncp37275", "2023")}
        ).activity.content

    assert [one.id for one in press("down:q-single").questions][:2] == ["q-multiple", "q-single"]
    assert [one.type for one in press("add:matching").questions][-1] == "matching"
    assert "q-text" not in [one.id for one in press("remove:q-text").questions]
    assert [one.id for one in press("inner-add:q-single").questions[1].choices] == ["a", "b", "c"]
    assert [one.id for one in press("inner-up:q-single:b").questions[1].choices] == ["b", "a", "c"]
    assert [one.id for one in press("inner-remove:q-single:a").questions[1].choices] == ["b", "c"]
    assert len(press("remove:nobody").questions) == 6


def test_what_was_removed_comes_back(lead, make_course, base, texts_of, session):
    course = make_course()
    before = texts_of(course)
    lead.post(f"{base(course)}/remove/activity/devoir-un")
    assert "modules/01-debut/devoir.yaml" not in texts_of(course)
    part = session.scalars(select(RemovedPart)).one()
    assert lead.post(f"{base(course)}/removed/{part.id}/restore").status_code == 302
    assert load_course(texts_of(course)).course == load_course(before).course
    url = f"{base(course)}/edit/quiz-un"
    lead.post(url, data=open_form(lead, url) | {"do": "remove:q-text"})
    part = session.scalars(select(RemovedPart)).one()
    lead.post(f"{base(course)}/removed/{part.id}/restore")
    assert load_course(texts_of(course)).course == load_course(before).course


def test_a_module_is_added_filled_moved_removed_and_brought_back(lead, make_course, base, texts_of, session):
    course = make_course()
    lead.post(f"{base(course)}/modules/new", data={"title": "Suite", "summary": "La suite.", "objectives": "obj-un"})
    lead.post(f"{base(course)}/activities/new", data={"title": "Encore", "kind": "page", "module": "mod-suite"})
    model = load_course(texts_of(course)).course
    assert [(one.title, one.summary, one.objectives) for one in model.modules][1] == ("Suite", "La suite.", ("obj-un",))
    lead.post(f"{base(course)}/move/module/mod-suite/up")
    assert [one.id for one in load_course(texts_of(course)).course.modules] == ["mod-suite", "mod-debut"]
    whole = load_course(texts_of(course)).course
    lead.post(f"{base(course)}/remove/module/mod-suite")
    assert [one.id for one in load_course(texts_of(course)).course.modules] == ["mod-debut"]
    lead.post(f"{base(course)}/remove/module/mod-debut")  # the last one stays
    assert [one.id for one in load_course(texts_of(course)).course.modules] == ["mod-debut"]
    part = session.scalars(select(RemovedPart)).one()
    lead.post(f"{base(course)}/removed/{part.id}/restore")
    assert load_course(texts_of(course)).course == whole


def test_activities_are_put_in_order_and_moved_between_modules(lead, make_course, base, texts_of):
    course = make_course()
    lead.post(f"{base(course)}/modules/new", data={"title": "Suite"})

    def ids():
        return [[one.id for one in module.activities] for module in load_course(texts_of(course)).course.modules]

    order = {"order": ["quiz-un", "page-accueil"], "list": "mod-debut"}
    assert lead.post(f"{base(course)}/order", json=order).status_code == 204
    assert ids()[0] == ["quiz-un", "page-accueil", "positionnement", "devoir-un", "enquete-une", "atelier-un"]
    lead.post(f"{base(course)}/order", json={"order": ["atelier-un", "devoir-un"], "list": "mod-suite"})
    assert ids() == [["quiz-un", "page-accueil", "positionnement", "enquete-une"], ["atelier-un", "devoir-un"]]
    lead.post(f"{base(course)}/move/activity/enquete-une/down")
    assert ids()[1] == ["enquete-une", "atelier-un", "devoir-un"]
    lead.post(f"{base(course)}/move/activity/enquete-une/up")
    assert ids()[0][-1] == "enquete-une"
    assert lead.post(f"{base(course)}/order", json={"order": [{}]}).status_code == 400
    assert lead.post(f"{base(course)}/order", json=[1]).status_code == 400


def test_the_author_never_writes_an_alias(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/edit/page-accueil"
    med = "mediateur-numerique-poste-type@2022#SF1"
    fields = open_form(lead, url)
    lead.post(url, data=fields | {"competencies": [*fields["competencies"], med, "nonsense", med]})
    files = texts_of(course)
    assert "mediateur-numerique-poste-type@2022" in files["course.yaml"].decode()
    page = load_course(files).course.activity("page-accueil")
    assert [str(ref) for ref in page.competencies] == ["fpa-rncp37275@2023#CP1", med]
    assert "mediateur:SF1" in files[PAGE].decode()


def test_objectives_are_written_with_their_competencies(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/facts"
    lead.post(url, data=open_form(lead, url) | {"do": "add:objective"})
    fields = open_form(lead, url)
    fields |= {
        "objectives-1-text": "Choisir un outil",
        "objectives-1-competencies": "fpa-rncp37275@2023#CP2",
        "audience": "Qui veut",
    }
    lead.post(url, data=fields)
    model = load_course(texts_of(course)).course
    assert (model.objectives[1].text, str(model.objectives[1].competencies[0]), model.audience) == (
        "Choisir un outil", "fpa-rncp37275@2023#CP2", "Qui veut"
    )  # fmt: skip
    assert model.modules[0].activities == load_course(small_course()).course.modules[0].activities


def test_an_autosave_says_its_revision_and_a_stale_one_writes_nothing(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/edit/page-accueil"
    mine = open_form(lead, url)
    first = lead.post(url, data=mine | {"body": "Premier."}, headers={"X-Autosave": "1"})
    assert (first.status_code, len(first.headers["X-Revision"])) == (204, 16)
    again = lead.post(
        url, data=mine | {"body": "Second.", "revision": first.headers["X-Revision"]}, headers={"X-Autosave": "1"}
    )
    assert again.status_code == 204
    stale = lead.post(url, data=mine | {"body": "Perdu ?"}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409
    assert b"Second." in texts_of(course)[PAGE]


def test_two_people_at_once_see_both_texts_and_lose_none(lead, make_course, base, texts_of, session):
    course = make_course()
    url = f"{base(course)}/edit/page-accueil"
    mine = open_form(lead, url)
    lead.post(url, data=open_form(lead, url) | {"body": "Le texte de l'autre."})
    shown = lead.post(url, data=mine | {"body": "Mon <b>texte</b> à moi."})
    assert shown.status_code == 409
    assert "Le texte de l&#39;autre." in shown.text
    assert "Mon &lt;b&gt;texte" in shown.text
    kept = fields_of(shown.text, "//form[contains(@action, '/source/')]")
    lead.post(f"{base(course)}/keep-theirs/{PAGE}", data=kept)
    assert b"autre" in texts_of(course)[PAGE]
    part = session.scalars(select(RemovedPart)).one()
    lead.post(f"{base(course)}/removed/{part.id}/restore")
    assert "Mon <b>texte</b> à moi.".encode() in texts_of(course)[PAGE]
    other = session.scalars(select(RemovedPart)).one()
    assert "Le texte de l'autre." in other.files[PAGE]["text"]  # the swap kept it too
    lead.post(f"{base(course)}/source/{PAGE}", data=kept)  # "keep this text" from the stale page is stale in its turn
    assert session.scalar(select(func.count()).select_from(RemovedPart)) == 1


def test_the_source_of_a_file_says_its_problems_by_line(lead, make_course, base):
    course = make_course()
    url = f"{base(course)}/source/{QUIZ}"
    fields = open_form(lead, url)
    lead.post(url, data={**fields, "text": "id: quiz-un\ntitle: [\n"})
    assert "Ligne 3" in lead.get(url).text or "Ligne 2" in lead.get(url).text
    assert lead.get(base(course)).status_code == 200


def test_a_course_yaml_that_cannot_be_read_leads_to_its_source(lead, make_course, base, texts_of):
    course = make_course()
    url = f"{base(course)}/source/course.yaml"
    lead.post(url, data={**open_form(lead, url), "text": "title: [\n"})
    assert lead.get(f"{base(course)}/edit").location == url
    shown = lead.get(url)
    assert shown.status_code == 200
    lead.post(url, data={**fields_of(shown.text), "text": small_course()["course.yaml"].decode()})
    assert lead.get(base(course)).status_code == 200


def test_the_panel_says_what_a_page_owes(lead, make_course, base):
    course = make_course()
    text = lead.get(f"{base(course)}/debts/page-accueil").text
    assert "CP1" in text
    assert "/edit/quiz-un#part-q-single" in text


def test_errors_stop_the_publication_and_lead_to_their_place(lead, make_course, base, session):
    course = make_course()
    url = f"{base(course)}/edit/quiz-un"
    lead.post(
        url,
        data={name: values for name, values in open_form(lead, url).items() if name != "questions-0-choices-0-correct"},
    )
    shown = lead.get(f"{base(course)}/publish").text
    assert "/edit/quiz-un#part-q-single" in shown
    assert 'name="notes"' not in shown
    assert lead.post(f"{base(course)}/publish", data={}).status_code == 422
    assert session.scalar(select(func.count()).select_from(CourseVersion).where(CourseVersion.number > 0)) == 0


def test_the_next_version_says_what_changed(lead, make_course, base, session):
    course = make_course()
    lead.post(f"{base(course)}/publish", data={})
    url = f"{base(course)}/edit/quiz-un"
    lead.post(url, data=open_form(lead, url) | {"title": "Le grand quiz"})
    lead.post(f"{base(course)}/remove/activity/enquete-une")
    assert "Le grand quiz" in lead.get(f"{base(course)}/publish").text
    lead.post(f"{base(course)}/publish", data={"notes": "Sans l'enquête"})
    shown = lead.get(f"{base(course)}/compare/1/2").text
    assert "Le grand quiz" in shown
    assert "Votre avis" in shown
    assert "Bienvenue" not in shown
    assert lead.get(f"{base(course)}/compare/1/9").status_code == 404


def test_an_auditor_reads_and_writes_nothing(client, make_course, base, world):
    course = make_course()
    sign_in(client, world.a.auditor).post("/h/hub-a/consent", data={"terms": "y"})
    assert client.get("/h/hub-a/courses").status_code == 200
    assert client.get(base(course)).status_code == 200
    assert "/publish" not in client.get(base(course)).text
    for path in ("/edit/quiz-un", "/facts", "/publish", "/source/course.yaml"):
        assert client.get(base(course) + path).status_code == 403
    assert client.post(f"{base(course)}/publish").status_code == 403


def test_learners_see_no_course_of_the_catalogue(client, make_course, base, world):
    course = make_course()
    sign_in(client, world.a.learner).post("/h/hub-a/consent", data={"terms": "y"})
    assert client.get("/h/hub-a/courses").status_code == 403
    assert client.get(base(course)).status_code == 403


def test_a_course_of_another_hub_does_not_exist(lead, make_course, base, world):
    other = make_course(hub=world.b)
    for path in (
        "",
        "/edit",
        "/edit/quiz-un",
        "/facts",
        "/publish",
        "/source/course.yaml",
        "/files",
        "/debts/quiz-un",
        "/media/rond.svg",
        "/compare/0/1",
    ):
        assert lead.get(base(other) + path).status_code == 404, path
    for path in ("/publish", "/share", "/export", "/order", "/remove/activity/quiz-un", "/move/activity/quiz-un/up"):
        assert lead.post(base(other) + path, json={"order": []}).status_code == 404, path
    assert lead.post(f"/h/hub-a/courses/shared/{other.id}/take").status_code == 404
