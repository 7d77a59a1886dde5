"""Rules about pages and media: accessibility, external addresses, weight."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import ARCHIVE, Entry

CONTENT_RULES: Final[dict[str, Entry]] = {
    "language-missing": Entry(
        "warning", "WCAG 2.2 3.1.1",
        "La page n'indique pas sa langue : un lecteur d'écran la lira avec le mauvais accent.",
        "The page does not give its language: a screen reader will read it with the wrong accent.",
        'Ajoutez lang="fr" (ou la bonne langue) à <html>.',
        'Add lang="fr" (or the right language) to <html>.',
    ),
    "page-title-missing": Entry(
        "warning", "WCAG 2.2 2.4.2",
        "La page n'a pas de titre : un lecteur d'écran annoncera son adresse.",
        "The page has no title: a screen reader will announce its address.",
        "Ajoutez <title> dans <head>.",
        "Add <title> in <head>.",
    ),
    "image-without-alt": Entry(
        "warning", "WCAG 2.2 1.1.1",
        "L'image « {src} » n'a pas d'attribut alt : un lecteur d'écran lira le nom du fichier.",
        "The image “{src}” has no alt attribute: a screen reader will read the file's name.",
        'Décrivez-la dans alt, ou mettez alt="" si elle décore.',
        'Describe it in alt, or write alt="" when it decorates.',
    ),
    "frame-without-title": Entry(
        "warning", "WCAG 2.2 4.1.2",
        "Le cadre « {src} » n'a pas de titre : un lecteur d'écran ne peut dire ce qu'il contient.",
        "The frame “{src}” has no title: a screen reader cannot say what it holds.",
        "Ajoutez title avec ce que montre le cadre.",
        "Add title with what the frame shows.",
    ),
    "video-without-captions": Entry(
        "warning", "WCAG 2.2 1.2.2",
        "La vidéo « {src} » n'a pas de piste de sous-titres : les personnes sourdes n'auront pas le son.",
        "The video “{src}” has no caption track: deaf people will miss the sound.",
        'Ajoutez <track kind="captions"> avec un fichier WebVTT.',
        'Add <track kind="captions"> with a WebVTT file.',
    ),
    "external-address": Entry(
        "warning", "SCORM 2004 4th CAM 3.3 (self-contained packages); GDPR 44",
        "La page charge {url} depuis Internet : hors ligne ou derrière un filtre, elle sera incomplète, "
        "et l'adresse des apprenants part chez un tiers.",
        "The page loads {url} from the Internet: offline or behind a filter it will be incomplete, "
        "and the learners' address goes to a third party.",
        "Mettez le fichier dans le paquet.",
        "Put the file in the package.",
    ),
    "external-insecure": Entry(
        "warning", "Mixed Content (W3C) 5",
        "La page charge {url} en http : toute plateforme en https le bloquera.",
        "The page loads {url} over http: every platform on https will block it.",
        "Mettez le fichier dans le paquet, ou écrivez https.",
        "Put the file in the package, or write https.",
    ),
    "package-heavy": Entry(
        "warning", ARCHIVE,
        "Le paquet pèse {size} Mo : beaucoup de plateformes limitent l'envoi à {limit} Mo, "
        "et il sera long à ouvrir avec une connexion mobile.",
        "The package weighs {size} MB: many platforms limit uploads to {limit} MB, "
        "and it will open slowly on a mobile connection.",
        "Allégez les médias ou découpez le cours.",
        "Make the media lighter or split the course.",
    ),
    "file-heavy": Entry(
        "warning", "WCAG 2.2 (good practice); SCORM 2004 4th CAM 3.3",
        "Le fichier pèse {size} Mo : sur une connexion mobile il bloquera la page.",
        "The file weighs {size} MB: on a mobile connection it will hold up the page.",
        "Compressez-le (images : WebP ou JPEG de 300 Ko au plus ; vidéos : 720p).",
        "Compress it (images: WebP or JPEG of 300 KB at most; videos: 720p).",
    ),
    "page-heavy": Entry(
        "warning", "WCAG 2.2 (good practice); SCORM 2004 4th CAM 3.3",
        "La page de départ et ce qu'elle charge pèsent {size} Mo : plus de {seconds} secondes avec une connexion 3G.",
        "The start page and what it loads weigh {size} MB: over {seconds} seconds on a 3G connection.",
        "Allégez images et scripts, ou chargez-les plus tard.",
        "Make images and scripts lighter, or load them later.",
    ),
}  # fmt: skip
