"""Rules about the ZIP file itself: what is refused at once, and what is put up with and said."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import ARCHIVE, Entry

_ZIP: Final = "SCORM 1.2 CAM 2.3.2; SCORM 2004 4th CAM 3.3.3; ZIP APPNOTE 6.3"

ARCHIVE_RULES: Final[dict[str, Entry]] = {
    "not-a-zip": Entry(
        "error", _ZIP,
        "Ce fichier n'est pas une archive ZIP lisible.",
        "This file is not a readable ZIP archive.",
        "Exportez le paquet de nouveau et envoyez le fichier .zip tel quel.",
        "Export the package again and send the .zip file as it is.",
    ),
    "empty": Entry(
        "error", _ZIP,
        "L'archive ne contient aucun fichier.",
        "The archive holds no file.",
        "Exportez le paquet de nouveau.",
        "Export the package again.",
    ),
    "encrypted": Entry(
        "error", _ZIP,
        "Le fichier « {name} » est protégé par un mot de passe.",
        "The file “{name}” is protected by a password.",
        "Refaites l'archive sans mot de passe.",
        "Make the archive again without a password.",
    ),
    "damaged": Entry(
        "error", _ZIP,
        "Le fichier « {name} » de l'archive est abîmé ou n'a pas la taille annoncée.",
        "The file “{name}” of the archive is damaged or has another size than declared.",
        "Exportez le paquet de nouveau.",
        "Export the package again.",
    ),
    "compression": Entry(
        "error", _ZIP,
        "Le fichier « {name} » est compressé d'une façon que SCORM ne prévoit pas.",
        "The file “{name}” is compressed in a way SCORM does not know.",
        "Refaites un ZIP ordinaire (méthode « deflate »).",
        "Make an ordinary ZIP (method “deflate”).",
    ),
    "link": Entry(
        "error", _ZIP,
        "« {name} » est un lien ou un fichier spécial.",
        "“{name}” is a link or a special file.",
        "Mettez le vrai fichier à sa place.",
        "Put the real file in its place.",
    ),
    "path-traversal": Entry(
        "error", "ZIP APPNOTE 6.3, 4.4.17",
        "Le nom « {name} » sort du dossier du paquet : l'archive est refusée.",
        "The name “{name}” leaves the package's folder: the archive is refused.",
        "Refaites l'archive depuis le dossier du contenu, sans « .. » dans les noms.",
        "Make the archive again from the content's folder, with no “..” in names.",
    ),
    "absolute-path": Entry(
        "error", "ZIP APPNOTE 6.3, 4.4.17",
        "Le nom « {name} » est un chemin absolu.",
        "The name “{name}” is an absolute path.",
        "Refaites l'archive depuis le dossier du contenu.",
        "Make the archive again from the content's folder.",
    ),
    "bad-name": Entry(
        "error", "ZIP APPNOTE 6.3, 4.4.17",
        "Le nom « {name} » est vide, illisible ou trop long (plus de {limit} caractères).",
        "The name “{name}” is empty, too long (over {limit} characters) or unreadable.",
        "Renommez ce fichier.",
        "Rename this file.",
    ),
    "name-collision": Entry(
        "error", ARCHIVE,
        "« {other} » et « {name} » sont le même nom sur certains disques.",
        "“{other}” and “{name}” are the same name on some disks.",
        "Renommez l'un des deux.",
        "Rename one of them.",
    ),
    "too-many-members": Entry(
        "error", "",
        "L'archive contient {count} fichiers ; la limite est de {limit}.",
        "The archive holds {count} files; the limit is {limit}.",
        "Regroupez ou retirez des fichiers, ou demandez à relever la limite.",
        "Group or remove files, or have the limit raised.",
    ),
    "member-too-large": Entry(
        "error", "",
        "Le fichier « {name} » dépasse {limit} Mo.",
        "The file “{name}” is larger than {limit} MB.",
        "Allégez-le, ou demandez à relever la limite.",
        "Make it lighter, or have the limit raised.",
    ),
    "too-large": Entry(
        "error", "",
        "L'archive ferait {size} Mo une fois ouverte ; la limite est de {limit} Mo.",
        "The archive would take {size} MB once opened; the limit is {limit} MB.",
        "Allégez les médias, ou demandez à relever la limite.",
        "Make the media lighter, or have the limit raised.",
    ),
    "zip-bomb": Entry(
        "error", "",
        "L'archive gonfle de façon anormale (« {name} ») : elle est refusée.",
        "The archive inflates abnormally (“{name}”): it is refused.",
        "Refaites l'archive avec le vrai contenu.",
        "Make the archive again from the real content.",
    ),
    "system-files": Entry(
        "note", ARCHIVE,
        "{count} fichiers du système (dont {name}) sont laissés de côté : ils ne font pas partie du contenu.",
        "{count} files of the operating system ({name} among them) are left aside: they are not part of the content.",
        "Rien à faire ; pour un paquet plus propre, compressez sans eux.",
        "Nothing to do; for a cleaner package, compress without them.",
    ),
    "files-outside": Entry(
        "warning", ARCHIVE,
        "{count} fichiers (dont {name}) sont hors du dossier du manifeste ; ils sont gardés à côté du contenu.",
        "{count} files ({name} among them) are outside the manifest's folder; they are kept beside the content.",
        "Mettez-les dans le dossier de imsmanifest.xml : les autres plateformes les ignorent.",
        "Put them in the folder of imsmanifest.xml: other platforms ignore them.",
    ),
    "name-backslash": Entry(
        "warning", "ZIP APPNOTE 6.3, 4.4.17",
        "{count} noms de l'archive (dont {name}) emploient « \\ » ; ils ont été lus avec « / ».",
        "{count} names of the archive ({name} among them) use “\\”; they were read with “/”.",
        "Refaites l'archive avec un autre outil : les plateformes sous Linux n'y retrouvent pas les dossiers.",
        "Make the archive with another tool: platforms on Linux do not find the folders in it.",
    ),
    "name-encoding": Entry(
        "warning", "ZIP APPNOTE 6.3, appendix D",
        "{count} noms accentués (dont {name}) ne sont pas en UTF-8 ; ils ont été lus en {encoding}.",
        "{count} accented names ({name} among them) are not UTF-8; they were read as {encoding}.",
        "Employez des noms sans accent : d'autres plateformes les liront autrement et ne trouveront pas les fichiers.",
        "Use names without accents: other platforms read them otherwise and do not find the files.",
    ),
    "name-fragile": Entry(
        "warning", "RFC 3986 2.2; SCORM 2004 4th CAM 3.4.1",
        "Le nom du fichier contient {what}, que Windows ou les adresses web n'acceptent pas tels quels.",
        "The file's name holds {what}, which Windows or web addresses do not take as they are.",
        "Renommez-le avec des lettres, des chiffres, « - » et « _ ».",
        "Rename it with letters, digits, “-” and “_”.",
    ),
    "manifest-missing": Entry(
        "error", ARCHIVE,
        "Il n'y a pas de imsmanifest.xml dans l'archive.",
        "There is no imsmanifest.xml in the archive.",
        "Exportez le contenu au format SCORM.",
        "Export the content as SCORM.",
    ),
    "manifest-in-folder": Entry(
        "error", ARCHIVE,
        "imsmanifest.xml est dans le dossier « {folder} » au lieu de la racine.",
        "imsmanifest.xml is in the folder “{folder}” instead of the root.",
        "Compressez le contenu du dossier, pas le dossier.",
        "Compress the folder's content, not the folder.",
    ),
    "manifest-case": Entry(
        "error", ARCHIVE,
        "Le manifeste s'appelle « {name} » au lieu de imsmanifest.xml.",
        "The manifest is called “{name}” instead of imsmanifest.xml.",
        "Renommez-le en minuscules.",
        "Rename it in lower case.",
    ),
    "other-kind": Entry(
        "error", ARCHIVE,
        "Ce paquet est du {kind}, pas du SCORM.",
        "This package is {kind}, not SCORM.",
        "Exportez-le au format SCORM 1.2 ou 2004.",
        "Export it as SCORM 1.2 or 2004.",
    ),
    "more-of-the-same": Entry(
        "note", "",
        "Et {count} autres problèmes de la règle « {rule} ».",
        "And {count} more problems of the rule “{rule}”.",
        "Corrigez les premiers : les autres se corrigent de même.",
        "Cure the first ones: the others are cured likewise.",
    ),
}  # fmt: skip
