"""The pages: who may do what, in which hub, and what happens when things go wrong."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Consent, Membership, Person
from lms.accounts.views.consent import TERMS_VERSION
from lms.db import utc_now
from lms.delivery.models import Attendance, Deadline, Enrolment, HalfDay, TrainingSession
from lms.delivery.services import (
    NewLearner,
    add_half_day,
    change_status,
    create_training_session,
    enrol_people,
    enrol_person,
    mark_missing_absent,
)
from lms.mail import OutgoingMail
from tests.factories import sign_in
from tests.lms.delivery.conftest import data_url, local, make_version, png
from tests.lms.delivery.test_enrolments import counted


@pytest.fixture
def agreed(session, world):
    """Everybody has accepted the terms."""
    for hub in (world.a, world.b):
        for person in hub.people.values():
            session.add(Consent(hub_id=hub.hub.id, person_id=person.id, kind="terms", text_version=TERMS_VERSION))
    session.commit()


@pytest.fixture
def as_(client, world, agreed):
    def go(role, hub="a"):
        return sign_in(client, getattr(getattr(world, hub), role))

    return go


def base(run):
    return f"/h/hub-a/sessions/{run.id}"


READ = ["", "/learners", "/half-days"]


@pytest.mark.parametrize("role", ["trainer", "lead", "hub_admin", "auditor"])
def test_the_team_reads_the_session(as_, run, half_day, enrolment, role):
    client = as_(role)
    assert client.get("/h/hub-a/sessions").status_code == 200
    for path in (*READ, f"/half-days/{half_day.id}", f"/half-days/{half_day.id}/sheet"):
        assert client.get(base(run) + path).status_code == 200, path


def test_a_learner_reads_none_of_it(as_, run, half_day, enrolment):
    client = as_("learner")
    for path in (*READ, "/edit", f"/half-days/{half_day.id}", f"/half-days/{half_day.id}/list"):
        assert client.get(base(run) + path).status_code == 403, path


def test_a_trainer_of_another_session_is_refused(as_, session, world, version, run):
    other = create_training_session(
        session,
        hub_id=world.a.hub.id,
        version_id=version.id,
        reference="AILLEURS",
        title="Autre",
        starts_on=run.starts_on,
        ends_on=run.ends_on,
    )
    session.commit()
    client = as_("trainer")
    assert client.get(base(other)).status_code == 403
    assert b"AILLEURS" not in client.get("/h/hub-a/sessions?when=all").data


def test_another_hubs_ids_are_not_found(as_, session, world):
    version = make_version(session, world.b.hub)
    theirs = create_training_session(
        session,
        hub_id=world.b.hub.id,
        version_id=version.id,
        reference="B",
        title="B",
        starts_on=utc_now().date(),
        ends_on=utc_now().date(),
    )
    day = add_half_day(
        session, training_session=theirs, title="B", starts_at=utc_now(), ends_at=utc_now() + timedelta(hours=1)
    )
    session.commit()
    client = as_("hub_admin")
    for path in (*READ, "/edit", "/calendar.ics", f"/half-days/{day.id}"):
        assert client.get(base(theirs) + path).status_code == 404, path
    assert client.post(f"{base(theirs)}/half-days/{day.id}/rotate").status_code == 404
    assert as_("learner").get(f"/h/hub-a/sign/{day.id}").status_code == 404


def test_a_half_day_of_another_session_is_not_found_under_this_one(as_, session, world, version, run, half_day):
    other = create_training_session(
        session,
        hub_id=world.a.hub.id,
        version_id=version.id,
        reference="S-2",
        title="Autre",
        starts_on=run.starts_on,
        ends_on=run.ends_on,
    )
    session.commit()
    assert as_("lead").get(f"{base(other)}/half-days/{half_day.id}").status_code == 404


def test_an_auditor_changes_nothing(as_, run, half_day, enrolment):
    client = as_("auditor")
    day = f"{base(run)}/half-days/{half_day.id}"
    for path in (
        f"{base(run)}/status/closed", f"{base(run)}/code", f"{base(run)}/learners/import", f"{day}/rotate", f"{day}/missing",
        f"{day}/learners/{enrolment.id}/absent", f"{day}/countersign", f"{day}/remove", f"{base(run)}/learners/{enrolment.id}/leave",
    ):  # fmt: skip
        assert client.post(path).status_code == 403, path
    assert client.get(f"{day}/countersign").status_code == 403
    assert half_day.sign_code.encode() not in client.get(day).data


def test_a_session_is_made_and_its_calendar_proposed_then_kept(as_, session, world, version):
    client = as_("lead")
    form = {
        "version_id": str(version.id), "title": "Printemps", "reference": "2026-X", "starts_on": "2026-04-06", "ends_on": "2026-04-24",
        "capacity": "12", "trainers": [str(world.a.trainer.id)], "lead_id": str(world.a.lead.id), "place": "Ici",
    }  # fmt: skip
    answer = client.post("/h/hub-a/sessions/new", data=form)
    run = session.scalar(select(TrainingSession).where(TrainingSession.reference == "2026-X"))
    assert answer.location.endswith(f"/sessions/{run.id}/half-days/plan")
    page = client.get(answer.location).text
    assert page.count('name="half_days-') == 2 * 5
    posted = dict(re.findall(r'name="(half_days-[^"]+)"[^>]*value="([^"]*)"', page))
    posted["half_days-0-day"], posted["half_days-0-start"], posted["half_days-0-end"] = "2026-04-07", "14:00", "17:30"
    client.post(f"{base(run)}/half-days/proposed", data=posted)
    days = session.scalars(select(HalfDay).order_by(HalfDay.starts_at)).all()
    assert [day.activity_key for day in days] == ["atelier-1", "atelier-2"]
    assert days[0].starts_at == local(run.starts_on + timedelta(days=1), 14)
    assert days[1].modality == "remote"
    page = client.get(f"{base(run)}/half-days/plan").text
    posted = dict(re.findall(r'name="(deadlines-[^"]+)"[^>]*value="([^"]*)"', page))
    assert client.post(f"{base(run)}/half-days/deadlines", data=posted).status_code == 302
    assert session.scalar(select(func.count()).select_from(Deadline)) == 3


def typed(page):
    """The fields of the page with their values, those that are ticked among them."""
    return dict(re.findall(r'name="((?:half_days|deadlines)-[^"]+)"[^>]*value="([^"]*)"', page))


def test_adding_half_days_keeps_the_deadlines_that_were_typed_below_them(as_, session, run):
    client = as_("lead")
    posted = typed(client.get(f"{base(run)}/half-days/plan").text)
    key = posted["deadlines-1-activity_key"]
    posted["deadlines-1-due_at"] = "2026-11-28T12:00"
    assert client.post(f"{base(run)}/half-days/proposed", data=posted).status_code == 302
    assert len(session.scalars(select(HalfDay)).all()) == 2
    deadlines = session.scalars(select(Deadline)).all()
    assert [(one.activity_key, one.due_at) for one in deadlines] == [(key, local(date(2026, 11, 28), 12))]
    assert 'value="2026-11-28T12:00"' in client.get(f"{base(run)}/half-days/plan").text


def test_a_half_day_that_is_refused_gives_back_both_halves_of_the_page(as_, session, run):
    client = as_("lead")
    posted = typed(client.get(f"{base(run)}/half-days/plan").text)
    posted |= {"deadlines-1-due_at": "2026-11-28T12:00", "half_days-0-start": "17:00", "half_days-0-end": "09:00"}
    refused = client.post(f"{base(run)}/half-days/proposed", data=posted)
    assert refused.status_code == 422
    assert 'value="2026-11-28T12:00"' in refused.text
    assert session.scalars(select(Deadline)).all() == []


def test_saving_deadlines_keeps_the_half_days_that_were_typed_above_them(as_, session, run):
    client = as_("lead")
    posted = typed(client.get(f"{base(run)}/half-days/plan").text) | {"half_days-0-start": "07:45"}
    saved = client.post(f"{base(run)}/half-days/deadlines", data=posted)
    assert saved.status_code == 200
    assert 'value="07:45"' in saved.text
    assert session.scalars(select(HalfDay)).all() == []
    assert len(session.scalars(select(Deadline)).all()) == 3


def test_a_taken_reference_is_said_and_what_was_typed_is_kept(as_, run, version):
    form = {
        "version_id": str(version.id), "title": "Un titre à garder", "reference": run.reference, "starts_on": "2026-04-06",
        "ends_on": "2026-04-24", "capacity": "0", "lead_id": "",
    }  # fmt: skip
    answer = as_("lead").post("/h/hub-a/sessions/new", data=form)
    assert answer.status_code == 422
    assert "Un titre à garder" in answer.text
    assert "déjà prise" in answer.text


def test_a_half_day_with_wrong_hours_leaves_the_whole_proposal_unwritten(as_, session, run):
    posted = {
        "half_days-0-activity_key": "atelier-1", "half_days-0-keep": "y", "half_days-0-day": "2026-04-07",
        "half_days-0-start": "09:00", "half_days-0-end": "12:00", "half_days-1-activity_key": "atelier-2", "half_days-1-keep": "y",
        "half_days-1-day": "2026-04-08", "half_days-1-start": "12:00", "half_days-1-end": "09:00",
    }  # fmt: skip
    answer = as_("lead").post(f"{base(run)}/half-days/proposed", data=posted)
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(HalfDay)) == 0


def import_file(client, run, text):
    data = {"file": (io.BytesIO(text.encode()), "liste.csv")}
    return client.post(f"{base(run)}/learners/import", data=data, content_type="multipart/form-data")


def test_a_list_is_shown_first_and_enrolled_once_confirmed(as_, session, run):
    client = as_("lead")
    page = import_file(
        client, run, "prénom;nom;courriel\nAna;Exemple;ana@example.org\n<b>Bo</b>;Test;bo@example.org\nX;Y;faux\n"
    )
    assert page.status_code == 200
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page.text
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text).group(1)
    client.post(f"{base(run)}/learners/import/confirm", data={"sealed": sealed})
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 2
    mails = session.scalars(select(OutgoingMail.to)).all()
    assert sorted(mails) == ["ana@example.org", "bo@example.org"]
    client.post(f"{base(run)}/learners/import/confirm", data={"sealed": sealed})
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 2


def test_an_altered_list_or_one_of_another_session_enrols_nobody(as_, session, world, version, run):
    client = as_("lead")
    page = import_file(client, run, "prénom;nom;courriel\nAna;Exemple;ana@example.org\n")
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text).group(1)
    other = create_training_session(
        session,
        hub_id=world.a.hub.id,
        version_id=version.id,
        reference="S-2",
        title="Autre",
        starts_on=run.starts_on,
        ends_on=run.ends_on,
    )
    session.commit()
    client.post(f"{base(other)}/learners/import/confirm", data={"sealed": sealed})
    client.post(f"{base(run)}/learners/import/confirm", data={"sealed": sealed[:-3] + "abc"})
    client.post(f"{base(run)}/learners/import/confirm", data={})
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_departure_can_be_taken_back(as_, session, run, enrolment):
    client = as_("lead")
    where = f"{base(run)}/learners/{enrolment.id}"
    client.post(f"{where}/leave", data={"status": "dropped", "reason": "déménagement"})
    assert session.scalar(select(Enrolment.status)) == "dropped"
    client.post(f"{where}/restore")
    assert session.scalar(select(Enrolment.status)) == "invited"


# -- signing ----------------------------------------------------------------------------------------------


def test_the_qr_code_leads_through_sign_in_to_the_signing_page_and_one_signature(
    as_, client, session, half_day, enrolment, signature
):
    answer = client.get(f"/s/{half_day.sign_code}")
    assert f"/sign/{half_day.id}" in answer.location
    assert "/sign-in?next=" in client.get(answer.location).location
    client = as_("learner")
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "Atelier : accueillir" in page.text
    where = f"/h/hub-a/sign/{half_day.id}"
    posted = {"signature": signature, "code": half_day.sign_code, "via": "qr"}
    assert client.post(where, data=posted).status_code == 200
    assert client.post(where, data=posted).status_code == 200
    (row,) = session.scalars(select(Attendance)).all()
    assert (row.method, row.enrolment_id) == ("qr", enrolment.id)


def test_without_the_code_shown_now_nobody_signs(as_, session, half_day, enrolment, signature):
    client = as_("learner")
    where = f"/h/hub-a/sign/{half_day.id}"
    assert "data-signature" not in client.get(where).text
    for code in ("", "AAAAAAAA"):
        client.post(where, data={"signature": signature, "code": code})
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0
    former = half_day.sign_code
    as_("trainer").post(f"/h/hub-a/sessions/{half_day.session_id}/half-days/{half_day.id}/rotate")
    answer = as_("learner").post(where, data={"signature": signature, "code": former})
    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_a_missing_or_hostile_signature_is_said_and_nothing_is_kept(as_, session, half_day, enrolment):
    client = as_("learner")
    for hostile in ("", "data:text/html;base64,PHNjcmlwdD4=", data_url(png()[:60])):
        answer = client.post(f"/h/hub-a/sign/{half_day.id}", data={"signature": hostile, "code": half_day.sign_code})
        assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_a_learner_of_another_session_cannot_sign(as_, session, half_day, signature):
    answer = as_("learner").post(
        f"/h/hub-a/sign/{half_day.id}", data={"signature": signature, "code": half_day.sign_code}
    )
    assert answer.status_code == 403
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_outside_its_window_the_page_says_when_to_come(as_, session, run, enrolment):
    start = utc_now() + timedelta(days=1)
    later = add_half_day(
        session, training_session=run, title="Demain", starts_at=start, ends_at=start + timedelta(hours=2)
    )
    session.commit()
    answer = as_("learner").get(f"/h/hub-a/sign/{later.id}?code={later.sign_code}")
    assert answer.status_code == 200
    assert "data-signature" not in answer.text
    assert "30" in answer.text


def test_the_trainer_settles_everybody_and_countersigns(as_, session, world, run, half_day, enrolment, signature):
    client = as_("trainer")
    day = f"{base(run)}/half-days/{half_day.id}"
    assert client.post(f"{day}/countersign", data={"signature": signature}).status_code == 422
    client.post(f"{day}/learners/{enrolment.id}/absent", data={"reason": "train"})
    client.post(f"{day}/learners/{enrolment.id}/clear")
    client.post(f"{day}/learners/{enrolment.id}/sign", data={"signature": signature})
    client.post(f"{day}/learners/{enrolment.id}/missed", data={"minutes": "15", "reason": "bus"})
    row = session.scalar(select(Attendance))
    assert (row.method, row.minutes_missed) == ("trainer", 15)
    assert client.post(f"{day}/countersign", data={"signature": signature}).status_code == 302
    session.refresh(half_day)
    assert half_day.countersigned_by == world.a.trainer.id
    page = client.get(f"{day}/sheet").text
    assert half_day.countersign_hash in page
    picture = client.get(f"{day}/signatures/{enrolment.id}.png")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert client.get(f"{day}/signatures/nobody.png").status_code == 404


def test_the_live_list_answers_nothing_while_nothing_changes(as_, session, run, half_day, enrolment, world):
    client = as_("trainer")
    page = client.get(f"{base(run)}/half-days/{half_day.id}/list").text
    again = re.search(r'hx-get="([^"]+)"', page).group(1).replace("&amp;", "&")
    assert client.get(again).status_code == 204
    mark_missing_absent(session, half_day=half_day, reason="", by=None)
    session.commit()
    assert client.get(again).status_code == 200


def test_the_pages_of_a_large_session_cost_a_bounded_number_of_statements(as_, session, connection, run, half_day):
    run.capacity = 0
    people = [NewLearner(f"p{n}@example.org", "P", str(n)) for n in range(200)]
    enrol_people(session, training_session=run, learners=people, by=None, invite=False)
    session.commit()
    client = as_("lead")
    for path in (*READ, f"/half-days/{half_day.id}", f"/half-days/{half_day.id}/sheet"):
        client.get(base(run) + path)
        with counted(connection) as statements:
            assert client.get(base(run) + path).status_code == 200
        reads = [statement for statement in statements if statement.lstrip().upper().startswith("SELECT")]
        assert len(reads) <= 15, (path, len(reads))


# -- joining ----------------------------------------------------------------------------------------------


def test_a_signed_in_person_joins_with_the_code_and_one_button(as_, session, world, run):
    client = as_("learner", "b")
    assert client.post("/join", data={"code": run.join_code.lower()}).location.endswith(f"/join/{run.join_code}")
    assert "Premiers pas, printemps" in client.get(f"/join/{run.join_code}").text
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0
    answer = client.post(f"/join/{run.join_code}")
    row = session.scalar(select(Enrolment))
    assert answer.location.endswith(f"/h/hub-a/learn/{row.id}")
    assert row.hub_id == world.a.hub.id


def test_a_visitor_confirms_the_address_by_mail_and_the_answer_tells_nothing_of_accounts(client, session, world, run):
    def ask(email):
        form = {"given_name": "Ana", "family_name": "Exemple", "email": email}
        return client.post(f"/join/{run.join_code}", data=form).text.replace(email, "…")

    assert re.sub(r'content="[^"]+"|value="[^"]+"', "", ask("ana@example.org")) == re.sub(
        r'content="[^"]+"|value="[^"]+"', "", ask(world.b.lead.email)
    )
    assert sorted(session.scalars(select(OutgoingMail.to))) == sorted(["ana@example.org", world.b.lead.email])
    person = session.scalar(select(Person).where(Person.email == "ana@example.org"))
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0
    assert session.scalar(select(func.count()).where(Membership.person_id == person.id)) == 0
    mail = session.scalar(select(OutgoingMail).where(OutgoingMail.to == "ana@example.org"))
    link = re.search(r"/invitation/\S+", mail.text).group()
    answer = client.post(link, data={"password": "quatre mots bien choisis", "again": "quatre mots bien choisis"})
    assert answer.location.endswith(f"/join/{run.join_code}")
    client.post(answer.location)
    assert session.scalar(select(Enrolment.person_id)) == person.id


def test_full_and_closed_sessions_say_so(as_, client, session, world, run, enrolment):
    run.capacity = 1
    session.commit()
    assert client.get(f"/join/{run.join_code}").status_code == 409
    answer = as_("learner", "b").post(f"/join/{run.join_code}")
    assert answer.status_code == 409
    change_status(session, run, status="closed", by=None)
    session.commit()
    assert "close" in client.get(f"/join/{run.join_code}").text
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_an_unknown_code_is_said(client, world):
    assert client.post("/join", data={"code": "NOPE"}).status_code == 422
    assert client.get("/join/NOPENOPE").status_code == 302
    assert client.post("/s", data={"code": "NOPE"}).status_code == 422


# -- diary ------------------------------------------------------------------------------------------------


def test_the_diary_is_for_members_of_the_session_and_never_holds_the_link_of_a_call(
    as_, session, world, run, half_day, enrolment
):
    half_day.modality, half_day.join_url = "remote", "https://visio.example.org/x"
    session.commit()
    answer = as_("learner").get(f"{base(run)}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert "BEGIN:VEVENT" in answer.text
    assert "visio.example.org" not in answer.text
    stranger = enrol_other(session, world)
    assert sign_in(as_("lead"), stranger).get(f"{base(run)}/calendar.ics").status_code == 404


def enrol_other(session, world):
    """A learner of the hub who is in another session."""
    version = make_version(session, world.a.hub, key="autre")
    other = create_training_session(
        session,
        hub_id=world.a.hub.id,
        version_id=version.id,
        reference="S-3",
        title="Autre",
        starts_on=utc_now().date(),
        ends_on=utc_now().date(),
    )
    row = enrol_person(session, training_session=other, email="c@example.org", given_name="C", family_name="C", by=None)
    session.add(Consent(hub_id=world.a.hub.id, person_id=row.person_id, kind="terms", text_version=TERMS_VERSION))
    session.commit()
    return row.person
