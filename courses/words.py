"""The few words the renderer adds around an author's own, in French and in English."""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "tip": ("Astuce", "Tip"),
    "warning": ("Attention", "Warning"),
    "key": ("À retenir", "Key point"),
    "example": ("Exemple", "Example"),
    "quote": ("Citation", "Quote"),
    "activity": ("Activité", "Activity"),
    "individual": ("Individuel", "On your own"),
    "pairs": ("En binôme", "In pairs"),
    "group": ("En petit groupe", "In small groups"),
    "plenary": ("Tous ensemble", "All together"),
    "workplace": ("En situation de travail", "At the workplace"),
    "minute": ("{count} minute", "{count} minute"),
    "minutes": ("{count} minutes", "{count} minutes"),
    "transcript": ("Lire la transcription", "Read the transcript"),
    "credit": ("Crédit : {text}", "Credit: {text}"),
    "new-tab": ("(site externe, nouvel onglet)", "(external site, new tab)"),
    "table": ("Tableau", "Table"),
    "notes": ("Notes", "Notes"),
    "note": ("Note {number}", "Note {number}"),
    "back": ("Retour au texte, note {number}", "Back to the text, note {number}"),
    "glossary": ("Les mots de cette page", "Words on this page"),
    "missing": ("Fichier manquant : {name}", "Missing file: {name}"),
    "download": ("Télécharger", "Download"),
    "bytes": ("{count} octets", "{count} bytes"),
    "kilobytes": ("{count} Ko", "{count} KB"),
    "megabytes": ("{count} Mo", "{count} MB"),
    "dont-know": ("Je ne sais pas", "I don't know"),
}


def language_of(tag: str) -> str:
    """``en`` for any English, ``fr`` for all else: the two languages of the interface."""
    return "en" if tag.lower().split("-")[0] == "en" else "fr"


def word(name: str, language: str, /, **values: object) -> str:
    french, english = _WORDS[name]
    text = english if language_of(language) == "en" else french.replace(" :", "\u00a0:")
    return text.format(**values)


def minutes_in_words(minutes: int, language: str) -> str:
    return word("minute" if minutes == 1 else "minutes", language, count=minutes)


def size_in_words(size: int, language: str) -> str:
    """A file size in the unit that reads best, decimal units."""
    if size < 1_000:
        return word("bytes", language, count=size)
    if size < 1_000_000:
        return word("kilobytes", language, count=round(size / 1_000))
    count = f"{size / 1_000_000:.1f}"
    return word("megabytes", language, count=count if language_of(language) == "en" else count.replace(".", ","))
