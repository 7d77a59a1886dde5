"""Our packages under scorm-again, the run-time that Bouquet itself uses: everything they say is taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.packages import ORIGIN, Learner, members_of, read_course, serve

pytestmark = pytest.mark.browser

VENDOR = Path(__file__).parent.parent.parent / "lms" / "web" / "static" / "vendor"
RUNTIMES = {
    "scorm12": ("scorm12.js", "Scorm12API", "API", "LMS"),
    "scorm2004-3": ("scorm2004.js", "Scorm2004API", "API_1484_11", ""),
    "scorm2004-4": ("scorm2004.js", "Scorm2004API", "API_1484_11", ""),
}
HOST = """<!doctype html><html lang="fr"><title>LMS</title><body style="margin:0"><script src="runtime.js"></script><script>
const api = new {maker}({{autocommit: false, logLevel: 5, mastery_override: false}});
window.lms = {{store: {{}}, refused: [], ended: 0, commits: 0}};
const set = api.{prefix}SetValue.bind(api), end = api.{end}.bind(api), commit = api.{prefix}Commit.bind(api);
api.{prefix}SetValue = (name, value) => {{
  const said = set(name, value);
  if (String(said) === "true") lms.store[name] = value;
  else lms.refused.push([name, value, api.{prefix}GetLastError()]);
  return said;
}};
api.{end} = (text) => {{ lms.ended += 1; return end(text); }};
api.{prefix}Commit = (text) => {{ lms.commits += 1; return commit(text); }};
window.{name} = api;
</script><iframe title="Cours" src="{start}" style="border:0;width:100%;height:99vh"></iframe>"""


@pytest.fixture
def launched(context, page):
    def launch(package_format, start="index.html", **options):
        script, maker, name, prefix = RUNTIMES[package_format]
        if not (VENDOR / script).is_file():
            pytest.skip("scorm-again is not built: run the asset build first")
        context.set_default_timeout(8000)
        course, files = read_course()
        members = members_of(course, files, package_format, **options)
        end = "LMSFinish" if prefix else "Terminate"
        host = HOST.format(maker=maker, prefix=prefix, end=end, name=name, start=start)
        serve(context, members | {"lms.html": host.encode(), "runtime.js": (VENDOR / script).read_bytes()})
        page.goto(f"{ORIGIN}/lms.html")
        frame = page.frame(url=re.compile(re.escape(start)))
        frame.locator("#view h1").wait_for()
        return Learner(page, frame, course), lambda what: page.evaluate(f"window.lms.{what}")

    return launch


@pytest.mark.parametrize("package_format", RUNTIMES)
def test_a_course_played_to_the_end_is_passed_and_nothing_is_refused(launched, page, package_format):
    learner, record = launched(package_format)
    learner.play()
    page.evaluate("document.querySelector('iframe').remove()")
    store = record("store")
    assert record("refused") == []
    assert record("ended") == 1
    assert record("commits") > 5
    if package_format == "scorm12":
        assert (store["cmi.core.lesson_status"], store["cmi.core.score.raw"]) == ("passed", "100")
    else:
        assert (store["cmi.completion_status"], store["cmi.success_status"]) == ("completed", "passed")
        assert (store["cmi.score.scaled"], store["cmi.progress_measure"]) == ("1", "1")
    asked = [one.id for activity in learner.course.activities for one in getattr(activity.content, "questions", ())]
    assert [value for key, value in store.items() if re.fullmatch(r"cmi\.interactions\.\d+\.id", key)] == asked
    assert len([key for key in store if re.fullmatch(r"cmi\.objectives\.\d+\.id", key)]) == 2


@pytest.mark.parametrize("package_format", RUNTIMES)
def test_one_part_of_a_package_by_module_is_completed_by_itself(launched, page, package_format):
    learner, record = launched(package_format, "sco-mod-accueillir.html", by_module=True)
    for activity in learner.course.modules[0].activities:
        learner.take(activity.id) if activity.kind == "quiz" else learner.read(activity.id)
    page.evaluate("document.querySelector('iframe').remove()")
    store = record("store")
    assert record("refused") == []
    assert record("ended") == 1
    key = "cmi.core.lesson_status" if package_format == "scorm12" else "cmi.completion_status"
    assert store[key] == "completed"  # it holds no quiz that counts: done, neither passed nor failed
    if package_format != "scorm12":
        assert "done-mod-accueillir" in store.values()
