"""Rules about what other platforms are known not to take, although the standard allows it."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import MANIFEST, Entry

PORTABILITY_RULES: Final[dict[str, Entry]] = {
    "moodle-character-entity": Entry(
        "warning", "XML 1.0, 4.1",
        "Moodle affiche tel quel « {value} » au lieu du caractère qu'il désigne.",
        "Moodle shows “{value}” as it is instead of the character it stands for.",
        "Écrivez le caractère lui-même, en UTF-8.",
        "Write the character itself, in UTF-8.",
    ),
    "moodle-white-space": Entry(
        "warning", "XML 1.0, 2.10",
        "Moodle perd les espaces entre deux « &…; » ou en bout de ligne : « {value} » sera collé.",
        "Moodle loses white space between two “&…;” or at the end of a line: “{value}” will run together.",
        "Écrivez le titre sur une seule ligne, avec un mot entre deux « &…; ».",
        "Write the title on one line, with a word between two “&…;”.",
    ),
    "moodle-title": Entry(
        "warning", MANIFEST,
        "Le titre de « {identifier} » a {length} caractères : au-delà de 255, Moodle arrête l'importation.",
        "The title of “{identifier}” has {length} characters: beyond 255 Moodle stops the import.",
        "Raccourcissez-le.",
        "Shorten it.",
    ),
    "moodle-map-info": Entry(
        "warning", "SCORM 2004 4th CAM 5.1.7.3",
        "<mapInfo> dans un objectif fait échouer l'importation dans Moodle.",
        "<mapInfo> in an objective makes the import into Moodle fail.",
        "Pour Moodle, exportez sans objectifs partagés ou en SCORM 1.2.",
        "For Moodle, export without shared objectives or as SCORM 1.2.",
    ),
    "moodle-prefix": Entry(
        "warning", "XML Namespaces 1.0, 3",
        "Le préfixe « {prefix} » désigne {uri} : Moodle ne comprend que « {expected} ».",
        "The prefix “{prefix}” stands for {uri}: Moodle understands “{expected}” only.",
        "Employez le préfixe « {expected} ».",
        "Use the prefix “{expected}”.",
    ),
    "moodle-base": Entry(
        "warning", "XML Base 4; SCORM 2004 4th CAM 3.4.1",
        "xml:base est sur <{element}> : Moodle n'en tient compte que sur <resource> et ne trouvera pas les pages.",
        "xml:base is on <{element}>: Moodle heeds it on <resource> only and will not find the pages.",
        "Mettez-le sur chaque <resource>.",
        "Put it on each <resource>.",
    ),
    "moodle-encoded-path": Entry(
        "warning", "RFC 3986 2.1",
        "« {path} » est codé en pourcents : Moodle cherche un fichier de ce nom exact et ne le trouve pas.",
        "“{path}” is percent-encoded: Moodle looks for a file of that exact name and does not find it.",
        "Renommez le fichier sans espace ni accent.",
        "Rename the file without space or accent.",
    ),
    "moodle-sequencing": Entry(
        "warning", "SCORM 2004 4th SN 3",
        "Le parcours est réglé par des règles de séquencement : Moodle ne les suit pas, tout y sera ouvert.",
        "The way is set by sequencing rules: Moodle does not follow them, everything will be open there.",
        "Pour Moodle, mettez les conditions dans l'activité elle-même ou dans le cours.",
        "For Moodle, put the conditions in the activity itself or in the course.",
    ),
    "several-scos": Entry(
        "warning", MANIFEST,
        "Le paquet a {count} SCO : Open edX et d'autres n'ouvrent que le premier.",
        "The package has {count} SCOs: Open edX and others open the first one only.",
        "Pour ces plateformes, exportez en un seul SCO ou un paquet par module.",
        "For these platforms, export as a single SCO or one package a module.",
    ),
    "several-organizations": Entry(
        "warning", MANIFEST,
        "Le paquet a {count} organisations : la plupart des plateformes ne montrent que celle par défaut.",
        "The package has {count} organizations: most platforms show the default one only.",
        "Faites un paquet par organisation.",
        "Make one package an organization.",
    ),
    "prerequisites-ignored": Entry(
        "warning", "SCORM 1.2 CAM 2.3.2.5",
        "Les prérequis de « {item} » sont facultatifs dans SCORM 1.2 : beaucoup de plateformes les ignorent.",
        "The prerequisites of “{item}” are optional in SCORM 1.2: many platforms ignore them.",
        "N'en faites pas dépendre le sens du parcours.",
        "Do not let the way make no sense without them.",
    ),
}  # fmt: skip
