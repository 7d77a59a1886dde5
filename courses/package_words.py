"""What the packager says, in French and English: pages that stand for LMS activities, notes, errors."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "assignment": (
        "Ce travail se remet sur votre plateforme de formation. Vous trouvez ici la consigne.",
        "This assignment is handed in on your learning platform. Its instructions are below.",
    ),
    "survey": (
        "Ce questionnaire se remplit sur votre plateforme de formation. Voici les questions qu’il pose.",
        "This survey is filled in on your learning platform. These are its questions.",
    ),
    "live_session_on_site": (
        "Ce temps se vit ensemble, sur place. La date et le lieu sont sur votre plateforme ou votre convocation.",
        "This time is lived together, on site. Date and place are on your platform or your invitation.",
    ),
    "live_session_remote": (
        "Ce temps se vit ensemble, à distance. La date et le lien sont sur votre plateforme ou votre convocation.",
        "This time is lived together, online. Date and link are on your platform or your invitation.",
    ),
    "quiz": (
        "Ce questionnaire se passe sur votre plateforme de formation. Voici ses questions.",
        "This quiz takes place on your learning platform. These are its questions.",
    ),
    "plugin": (
        "Cette activité se passe sur votre plateforme de formation.",
        "This activity takes place on your learning platform.",
    ),
    "duration": ("Durée :", "Duration:"),
    "materials": ("À prévoir", "What to bring"),
    "rubric": ("Les critères", "The criteria"),
    "pages": ("Page précédente et suivante", "Previous and next page"),
    "noscript": (
        (
            "Ce cours a besoin de JavaScript. Activez-le dans votre navigateur, ou ouvrez les fichiers du dossier "
            "« source » avec un éditeur de texte."
        ),
        (
            "This course needs JavaScript. Turn it on in your browser, or open the files of the “source” folder with "
            "a text editor."
        ),
    ),
    "note-explained": (
        "« {title} » demande la plateforme : le paquet montre une page qui dit ce qui s’y passe, avec son texte.",
        "“{title}” needs the platform: the package shows a page that says what happens there, with its text.",
    ),
    "note-left_out": (
        "« {title} » est un paquet SCORM : un paquet n’en contient pas un autre. Déposez-le à part sur la plateforme.",
        "“{title}” is a SCORM package: a package does not hold another. Upload it to the platform on its own.",
    ),
    "note-renamed": (
        (
            "« {title} » porte un nom que certaines plateformes refusent : il est renommé dans le paquet et retrouve "
            "son nom quand on y relit le cours."
        ),
        (
            "“{title}” has a name that some platforms refuse: it is renamed in the package and gets its name back when "
            "the course is read from it."
        ),
    ),
    "note-sequenced": (
        (
            "Les règles d’enchaînement de SCORM 2004 sont suivies par les plateformes qui les connaissent ; Moodle refuse "
            "un tel paquet : pour Moodle, choisissez SCORM 1.2, ou 2004 sans règles."
        ),
        (
            "The sequencing rules of SCORM 2004 are followed by the platforms that know them; Moodle refuses such a "
            "package: for Moodle choose SCORM 1.2, or 2004 without rules."
        ),
    ),
    "error-html-modules": (
        "Les pages hors ligne sont un seul site : choisissez un format SCORM pour un paquet module par module.",
        "Offline pages are one site: choose a SCORM format for a package module by module.",
    ),
    "error-module": (
        "Il n’y a pas de module « {name} » dans ce cours. Modules : {known}.",
        "There is no module “{name}” in this course. Modules: {known}.",
    ),
    "error-empty": (
        "Il n’y a rien à lire : ajoutez au moins une page ou un questionnaire à « {name} ».",
        "There is nothing to read: add at least one page or quiz to “{name}”.",
    ),
    "error-missing": (
        "Le fichier « {name} », que le cours nomme, manque. Ajoutez-le ou retirez ce qui le nomme.",
        "The file “{name}”, which the course names, is missing. Add it or remove what names it.",
    ),
    "error-choices": (
        "La question « {name} » a plus de 36 choix : SCORM 1.2 ne sait pas les noter. Coupez-la en deux.",
        "The question “{name}” has more than 36 choices: SCORM 1.2 cannot record them. Split it in two.",
    ),
    "error-format": (
        "« {name} » n’est pas un format de paquet. Formats : {known}.",
        "“{name}” is not a package format. Formats: {known}.",
    ),
}


def both(key: str, **values: object) -> dict[str, str]:
    """The sentence in both languages, keyed ``fr`` and ``en``."""
    french, english = _WORDS[key]
    return {"fr": french.format(**values), "en": english.format(**values)}


def word(key: str, language: str) -> str:
    """The sentence in the course's language, French when it is not English."""
    french, english = _WORDS[key]
    return english if language.lower().startswith("en") else french
