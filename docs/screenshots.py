"""Takes the pictures of the guides from the demo itself: ``make screenshots``.

The demo is filled in a temporary folder, served on a free port of this machine and walked in French by Chromium, as its
people would; each step clicks what the guides name, so that a renamed button fails here. ``python docs/screenshots.py
former piloter`` takes the pictures of some guides only. Pictures are WebP, under 120 KB each.
"""  # noqa: INP001

from __future__ import annotations

import base64
import io
import logging
import math
import re
import shutil
import sys
import tempfile
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from lms.accounts.demo import DEMO_PASSWORD
from lms.app import create_installation, create_wsgi
from lms.config import load_settings, prepare_data_folder
from lms.db import clock_at
from lms.schema import create_tables
from lms.seed import seed_demo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

GUIDES = Path(__file__).resolve().parent / "guides"
IMAGES = GUIDES / "images"
NOW = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Europe/Paris"))
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 780}
LIMIT = 120_000
HUB, NEWCOMER = "/h/les-rives", "noisette.exemple@example.org"
OVER, RUNNING, TO_COME = "RIV-2026-03", "RIV-2026-04", "RIV-2026-05"
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""
EXAMPLE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Stage:
    """The running demo and the browsers of its people."""

    url: str
    browser: Browser
    folder: Path
    people: dict[tuple[str, bool], BrowserContext] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    def visit(self, person: str, path: str = "/", *, phone: bool = False) -> Page:
        """A page on which this person (what stands before the @; "" is nobody) is signed in."""
        if (person, phone) not in self.people:
            self.people[person, phone] = context = self.browser.new_context(
                locale="fr-FR", timezone_id="Europe/Paris", base_url=self.url, viewport=PHONE if phone else WIDE,
                reduced_motion="reduce", has_touch=phone, device_scale_factor=1,
            )  # fmt: skip
            context.set_default_timeout(8_000)
            if person:
                self._sign_in(context.new_page(), person)
        page = self.people[person, phone].new_page()
        page.goto(path if path.startswith(("/", "file:", "http", "about:")) else f"{HUB}/{path}")
        return page

    def _sign_in(self, page: Page, person: str) -> None:
        page.goto("/sign-in")
        page.locator("#email").fill(f"{person}@example.org")
        page.locator("#password").fill(DEMO_PASSWORD)
        page.locator("form:has(#password) .btn-primary").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.close()

    def session(self, person: str, reference: str, tab: str = "") -> Page:
        """A session of the hub, on one of its tabs."""
        page = self.visit(person, f"sessions?q={reference}&show=all")
        row = page.get_by_role("listitem").filter(has_text=reference)
        row.get_by_role("link").click()
        if tab:
            page.get_by_role("link", name=tab, exact=True).first.click()
        return page

    def take(self, page: Page, name: str, *places: str | Locator, height: int = 860) -> None:
        """Write the picture of these places (the whole view when there is none), at most so high."""
        page.wait_for_load_state("networkidle")
        margin = 0 if places == ("main",) else 16
        view = page.viewport_size or WIDE
        boxes = [box for place in places if (box := _box(page, place))]
        clip = {"x": 0.0, "y": 0.0, "width": float(view["width"]), "height": float(min(height, view["height"]))}
        if boxes:
            left, top = (max(0.0, min(box[side] for box in boxes) - margin) for side in ("x", "y"))
            right = min(view["width"], max(box["x"] + box["width"] for box in boxes) + margin)
            bottom = max(box["y"] + box["height"] for box in boxes) + margin
            clip = {"x": left, "y": top, "width": right - left, "height": min(height, bottom - top)}
        page.bring_to_front()
        shot: Any = clip
        data = self._webp(page.screenshot(clip=shot, full_page=bool(boxes), animations="disabled"))
        (IMAGES / f"{name}.webp").write_bytes(data)
        self.taken[name] = len(data)
        print(f"  {name}.webp  {clip['width']:.0f} x {clip['height']:.0f}, {len(data) // 1000} KB", flush=True)  # noqa: T201
        page.close()

    def _webp(self, png: bytes) -> bytes:
        """The same picture as WebP, written by the browser; less fine when it would be too heavy."""
        page = self.visit("", "about:blank")
        for quality in (0.85, 0.7, 0.5):
            data = base64.b64decode(page.evaluate(TO_WEBP, [base64.b64encode(png).decode(), quality]))
            if len(data) <= LIMIT:
                break
        page.close()
        return data


def _box(page: Page, place: str | Locator) -> dict[str, float] | None:
    """Where a place stands on the whole page, scrolled or not."""
    found = page.locator(place).first if isinstance(place, str) else place.first
    box = found.bounding_box()
    if box is None:
        return None
    scrolled = page.evaluate("window.scrollY")
    return {**box, "y": box["y"] + scrolled}


def press(page: Page, name: str, *, role: Any = "button") -> None:
    """Press what bears this name: the words of the guides."""
    page.get_by_role(role, name=re.compile(re.escape(name).replace("’", "['’]"))).first.click()


# -- apprendre ----------------------------------------------------------------------------------------------------


def apprendre(stage: Stage) -> None:
    page = stage.session("responsable", RUNNING, "Participants")
    press(page, "Inscrire une personne", role="link")
    page.get_by_label("Adresse électronique").fill(NEWCOMER)
    page.get_by_label("Prénom").fill("Noisette")
    page.get_by_label("Nom", exact=True).fill("Exemple")
    press(page, "Inscrire et envoyer l’invitation")
    page.close()

    mail = stage.visit("plateforme", f"/_mail?to={NEWCOMER}")
    invitation = mail.locator(".mail-text a").first.get_attribute("href") or ""
    mail.close()
    page = stage.visit("", invitation, phone=True)
    page.locator("input[type=password]").first.fill(DEMO_PASSWORD)
    stage.take(page, "apprendre-invitation", height=700)

    stage.take(stage.visit("apprenante", ""), "apprendre-accueil", "main", height=760)

    page = stage.visit("apprenante", "")
    press(page, "Reprendre", role="link")
    page.locator("summary[title*=espacement i]").click()
    stage.take(page, "apprendre-lecon", height=720)

    page = stage.visit("apprenante", "")
    press(page, "Objectifs, rebours, scénario", role="link")
    press(page, "Commencer")
    page.locator("fieldset.quiz-question input").first.check()
    press(page, "Répondre")
    page.get_by_role("button", name="Question suivante").wait_for()
    stage.take(page, "apprendre-quiz", ".player-page", height=760)

    page = stage.session("formateur", RUNNING)
    press(page, "Ouvrir la demi-journée", role="link")
    code = page.locator("#sign-code").inner_text()
    page.close()
    page = stage.visit("apprenante", f"/s/{code}", phone=True)
    draw_signature(page)
    stage.take(page, "apprendre-signer")

    page = stage.visit("diplomee", "")
    page.locator("main .card a").first.click()
    press(page, "Mon certificat", role="link")
    press(page, "Obtenir mon certificat")
    stage.take(page, "apprendre-certificat", "main", height=620)


def draw_signature(page: Page) -> None:
    """Draw a looping line on the signature area of the page."""
    canvas = page.locator(".signature canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for step in range(61):
        t = step / 60
        x = box["x"] + box["width"] * (0.15 + 0.65 * t) + 16 * math.sin(25 * t)
        y = box["y"] + box["height"] * (0.5 - 0.22 * math.cos(25 * t) * (1 - t * 0.6))
        page.mouse.move(x, y)
        if not step:
            page.mouse.down()
    page.mouse.up()


# -- former -------------------------------------------------------------------------------------------------------


def former(stage: Stage) -> None:
    def course() -> Page:
        page = stage.visit("formateur", "courses")
        press(page, "Former des formateurs et formatrices", role="link")
        return page

    page = course()
    press(page, "Écrire", role="link")
    page.locator(".ProseMirror").first.wait_for()
    stage.take(page, "former-ecrire")

    page = course()
    press(page, "Écrire", role="link")
    press(page, "Objectifs, rebours, scénario", role="link")
    question = page.locator("details.part").first
    question.locator("summary").first.click()
    page.set_viewport_size({"width": 1280, "height": 1800})
    stage.take(page, "former-question", question)

    page = course()
    press(page, "Écrire", role="link")
    page.get_by_label("Titre").first.fill("Bienvenue : comment on apprend ici, ensemble")
    press(page, "Enregistrer")
    page.wait_for_load_state("networkidle")
    press(page, "Publier", role="link")
    stage.take(page, "former-publier", "main", height=760)

    page = course()
    page.locator("summary", has_text="Exporter").click()
    stage.take(page, "former-exporter", ".page-header", ".export-panel", height=640)

    page = stage.session("formateur", RUNNING)
    press(page, "Ouvrir la demi-journée", role="link")
    stage.take(page, "former-demi-journee", "main", height=820)

    page = stage.visit("formateur", "marking")
    page.locator("main table a").first.click()
    stage.take(page, "former-evaluer", "form.section", height=760)


# -- piloter ------------------------------------------------------------------------------------------------------

LIST = """prénom;nom;courriel;employeur;fonction
Mimosa;Exemple;mimosa.exemple@example.org;Médiathèque des Peupliers (exemple);médiatrice numérique
Frêne;Modèle;frene.modele@example.org;CCAS de Rivebelle (exemple);conseiller numérique
Capucine;Exemple;apprenante@example.org;;
Frêne;Modèle;frene.modele@example.org;;
Lilas;Témoin;lilas.temoin;Mairie de Pontaval (exemple);agente d'accueil
"""


def piloter(stage: Stage) -> None:
    stage.take(stage.visit("responsable", ""), "piloter-accueil", "main", height=640)

    page = stage.session("responsable", RUNNING, "Participants")
    press(page, "Importer une liste", role="link")
    page.locator("input[type=file]").set_input_files(
        {"name": "inscriptions.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    press(page, "Vérifier la liste")
    page.get_by_role("button", name="Inscrire").wait_for()
    stage.take(page, "piloter-import", "main", height=760)

    stage.take(stage.session("responsable", OVER, "Tableau de bord"), "piloter-tableau", ".stats", ".table-wrap")
    stage.take(stage.session("responsable", OVER, "Chiffres"), "piloter-chiffres", ".grid-2", height=760)

    page = stage.session("responsable", OVER, "Chiffres")
    page.locator("section.card", has_text="Achèvement").get_by_role("link").click()
    page.get_by_label("Ce qui a été constaté").fill("Trois semaines après la fin, la moitié du groupe n'a pas terminé.")
    page.get_by_label("Pourquoi").fill("Le travail écrit arrive tard, et plusieurs personnes attendent une réponse.")
    page.get_by_label("Ce qui sera fait").fill("Demander le travail dix jours plus tôt et répondre sous une semaine.")
    press(page, "Ouvrir l’action")
    stage.take(page, "piloter-amelioration", "main", height=760)

    stage.take(stage.session("responsable", OVER, "Audit"), "piloter-preuves", "main", height=820)


# -- administrer --------------------------------------------------------------------------------------------------


def administrer(stage: Stage) -> None:
    stage.take(stage.visit("administration", "people"), "administrer-personnes", height=620)
    page = stage.visit("administration", "people/new")
    page.get_by_label("Adresse électronique").fill("audit.exemple@example.org")
    page.get_by_label("Prénom").fill("Pivoine")
    page.get_by_label("Nom", exact=True).fill("Témoin")
    page.get_by_label("Ce que cette personne fait dans le hub").select_option("auditor")
    page.get_by_label("Accès jusqu’au").fill("2026-12-18")
    stage.take(page, "administrer-inviter", "main", height=820)
    stage.take(stage.visit("administration", "settings"), "administrer-reglages", "main", height=860)
    stage.take(stage.visit("administration", "journal"), "administrer-journal", "main", height=520)
    page = stage.visit("plateforme", "/platform/hubs/new")
    page.get_by_label("Nom du hub").fill("Hub des Vallons")
    page.get_by_label("Nom court").fill("les-vallons")
    stage.take(page, "administrer-hub", "main", height=620)


# -- auditer ------------------------------------------------------------------------------------------------------


def auditer(stage: Stage) -> None:
    stage.take(stage.visit("audit", ""), "auditer-accueil", height=600)
    stage.take(stage.session("audit", OVER, "Audit"), "auditer-indicateurs", "main", height=820)
    page = stage.session("responsable", OVER, "Audit")
    press(page, "Produire le dossier")
    with page.expect_download() as pack:
        press(page, "Télécharger le dossier", role="link")
    folder = stage.folder / "pack"
    with zipfile.ZipFile(pack.value.path()) as archive:
        archive.extractall(folder)
    page.close()
    stage.take(stage.visit("", (folder / "LISEZMOI.html").as_uri()), "auditer-dossier", height=860)


# -- écrire un cours ----------------------------------------------------------------------------------------------


def example_course() -> bytes:
    """The ZIP of the example that ``ecrire-un-cours.md`` shows."""
    text = (GUIDES / "ecrire-un-cours.md").read_text(encoding="utf-8")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in EXAMPLE.findall(text):
            archive.writestr(f"mot-de-passe/{path}", content)
    return stream.getvalue()


def ecrire(stage: Stage) -> None:
    page = stage.visit("formateur", "courses/import")
    page.locator("input[type=file]").set_input_files(
        {"name": "mot-de-passe.zip", "mimeType": "application/zip", "buffer": example_course()}
    )
    press(page, "Examiner le fichier")
    page.get_by_role("button", name="Ajouter à mon hub").wait_for()
    report = page.url
    stage.take(page, "ecrire-examen", "main", height=760)
    page = stage.visit("formateur", report)
    press(page, "Ajouter à mon hub")
    press(page, "Écrire", role="link")
    press(page, "Aperçu", role="link")
    shown = page.context.pages[-1]
    shown.wait_for_load_state()
    quiz = re.sub(r"[^/]+$", "quiz-phrase", shown.url)
    stage.take(shown, "ecrire-page", height=860)
    page = stage.visit("formateur", quiz)
    press(page, "Commencer")
    stage.take(page, "ecrire-quiz", ".player-page", height=640)


# -- the demo, served ---------------------------------------------------------------------------------------------


def _always(application: WSGIApplication) -> WSGIApplication:
    """The application, for which it is always the hour of the pictures."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with clock_at(NOW.astimezone(UTC)):
            return application(environ, start_response)

    return serve


@contextmanager
def demo() -> Iterator[Stage]:
    """Fill the demo, serve it and open a browser, until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("The pictures need Chromium. On Debian or Ubuntu: apt install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
        url = f"http://127.0.0.1:{server.server_port}"
        settings = prepare_data_folder(load_settings(folder / "data", {}, demo=True, url=url))
        house = create_installation(settings, immediate_jobs=True)
        create_tables(house.engine)
        with clock_at(NOW.astimezone(UTC)):
            seed_demo(house)
        server.app = _always(create_wsgi(settings, house))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            )
            yield Stage(url, browser, folder)
            browser.close()
        server.shutdown()
        server.server_close()
        house.engine.dispose()


PARTS: dict[str, Callable[[Stage], None]] = {
    "apprendre": apprendre, "former": former, "piloter": piloter, "administrer": administrer, "auditer": auditer,
    "ecrire": ecrire,
}  # fmt: skip


def main(asked: list[str]) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as stage:
        for name in asked or PARTS:
            print(name, flush=True)  # noqa: T201
            PARTS[name](stage)
    too_big = [name for name, size in stage.taken.items() if size > LIMIT]
    if too_big:
        sys.exit(f"Over {LIMIT} bytes: {', '.join(too_big)}")


if __name__ == "__main__":
    main(sys.argv[1:])
