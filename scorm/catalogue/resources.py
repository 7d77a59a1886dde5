"""Rules about resources and the files behind them."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import MANIFEST, Entry

RESOURCE_RULES: Final[dict[str, Entry]] = {
    "dependency-unresolved": Entry(
        "error", MANIFEST,
        "La ressource « {resource} » dépend de « {reference} », qui n'existe pas.",
        "The resource “{resource}” depends on “{reference}”, which does not exist.",
        "Corrigez ou retirez cette <dependency>.",
        "Fix or remove this <dependency>.",
    ),
    "dependency-loop": Entry(
        "warning", MANIFEST,
        "La ressource « {resource} » finit par dépendre d'elle-même : une plateforme naïve tourne en rond.",
        "The resource “{resource}” depends on itself in the end: a naive platform goes round in circles.",
        "Retirez une des <dependency> de la boucle.",
        "Remove one <dependency> of the loop.",
    ),
    "resource-unused": Entry(
        "note", "SCORM 2004 4th CAM 3.4.1",
        "La ressource « {resource} » n'est employée par aucun élément ni dépendance.",
        "The resource “{resource}” is used by no item nor dependency.",
        "Liez-la à un élément, ou retirez-la.",
        "Tie it to an item, or remove it.",
    ),
    "launch-missing": Entry(
        "error", MANIFEST,
        "La ressource « {resource} » doit être lancée mais n'a pas de href.",
        "The resource “{resource}” is to be launched but has no href.",
        "Ajoutez href avec la page de départ.",
        "Add href with the page to start from.",
    ),
    "launch-file-missing": Entry(
        "error", MANIFEST,
        "La page de départ « {path} » de la ressource « {resource} » n'est pas dans l'archive.",
        "The start page “{path}” of the resource “{resource}” is not in the archive.",
        "Ajoutez le fichier ou corrigez href.",
        "Add the file or fix href.",
    ),
    "launch-external": Entry(
        "warning", "SCORM 2004 4th CAM 3.4.1; RTE 3.2",
        "La ressource « {resource} » est lancée depuis une adresse externe ({url}).",
        "The resource “{resource}” is launched from an external address ({url}).",
        "Mettez le contenu dans le paquet : hors ligne il ne s'ouvrira pas, et d'un autre site il n'atteint pas le suivi.",
        "Put the content in the package: offline it will not open, and from another site it cannot reach the tracking.",
    ),
    "launch-unlisted": Entry(
        "warning", "SCORM 2004 4th CAM 3.4.1",
        "La ressource « {resource} » lance « {path} » sans le nommer dans un <file> : le validateur d'ADL le refuse.",
        "The resource “{resource}” launches “{path}” without listing it as a <file>: ADL's validator refuses that.",
        'Ajoutez <file href="{path}"/> à la ressource.',
        'Add <file href="{path}"/> to the resource.',
    ),
    "resource-type": Entry(
        "error", MANIFEST,
        "La ressource « {resource} » est du type « {type} » au lieu de « webcontent ».",
        "The resource “{resource}” has the type “{type}” instead of “webcontent”.",
        'Écrivez type="webcontent".',
        'Write type="webcontent".',
    ),
    "scormtype-missing": Entry(
        "warning", MANIFEST,
        "La ressource « {resource} » ne dit pas si elle est un SCO ou un asset : Moodle et d'autres ne la suivront pas.",
        "The resource “{resource}” does not say whether it is a SCO or an asset: Moodle and others will not track it.",
        'Ajoutez adlcp:{spelling}="sco" ou "asset".',
        'Add adlcp:{spelling}="sco" or "asset".',
    ),
    "scormtype-spelling": Entry(
        "error", MANIFEST,
        "La ressource « {resource} » écrit {written} au lieu de adlcp:{spelling}.",
        "The resource “{resource}” writes {written} instead of adlcp:{spelling}.",
        "Respectez les majuscules et l'espace de noms du standard.",
        "Keep the capitals and the namespace of the standard.",
    ),
    "scormtype-value": Entry(
        "error", MANIFEST,
        "La ressource « {resource} » est du genre « {value} », inconnu du standard.",
        "The resource “{resource}” is of the kind “{value}”, unknown to the standard.",
        "Écrivez sco ou asset.",
        "Write sco or asset.",
    ),
    "file-missing": Entry(
        "error", MANIFEST,
        "Le fichier « {path} », annoncé par la ressource « {resource} », n'est pas dans l'archive.",
        "The file “{path}”, listed by the resource “{resource}”, is not in the archive.",
        "Ajoutez le fichier ou retirez la ligne <file>.",
        "Add the file or remove the <file> line.",
    ),
    "file-case": Entry(
        "error", MANIFEST,
        "« {path} » s'appelle « {name} » dans l'archive : les majuscules diffèrent.",
        "“{path}” is called “{name}” in the archive: upper and lower case differ.",
        "Écrivez le même nom des deux côtés.",
        "Write the same name on both sides.",
    ),
    "file-unlisted": Entry(
        "warning", MANIFEST,
        "Le fichier n'est annoncé par aucune ressource : une plateforme qui ne copie que les fichiers annoncés l'oubliera.",
        "The file is listed by no resource: a platform that copies listed files only will lose it.",
        "Ajoutez-le en <file> à la ressource qui l'utilise, ou retirez-le.",
        "List it as a <file> of the resource that uses it, or remove it.",
    ),
    "path-outside": Entry(
        "error", MANIFEST,
        "L'adresse « {path} » de la ressource « {resource} » sort du paquet.",
        "The address “{path}” of the resource “{resource}” leaves the package.",
        "Utilisez un chemin relatif à l'intérieur du paquet.",
        "Use a relative path inside the package.",
    ),
    "path-backslash": Entry(
        "error", "SCORM 2004 4th CAM 3.4.1; RFC 3986 3.3",
        "L'adresse « {path} » de la ressource « {resource} » emploie « \\ » ; elle a été lue avec « / ».",
        "The address “{path}” of the resource “{resource}” uses “\\”; it was read with “/”.",
        "Écrivez « / » : seul Windows comprend l'autre.",
        "Write “/”: only Windows understands the other.",
    ),
    "base-format": Entry(
        "error", "SCORM 2004 4th CAM 3.4.1; XML Base 4",
        "xml:base vaut « {value} » : il doit finir par « / », ne pas commencer par « / » et ne pas contenir « \\ ».",
        "xml:base is “{value}”: it must end with “/”, not start with “/” and hold no “\\”.",
        "Écrivez un dossier relatif, par exemple « contenu/ ».",
        "Write a relative folder, for instance “content/”.",
    ),
    "metadata-file-missing": Entry(
        "error", "SCORM 1.2 CAM 2.3.2.1; SCORM 2004 4th CAM 3.4.1",
        "Le fichier de métadonnées « {path} », nommé par adlcp:location, n'est pas dans l'archive.",
        "The metadata file “{path}”, named by adlcp:location, is not in the archive.",
        "Ajoutez le fichier ou retirez adlcp:location.",
        "Add the file or remove adlcp:location.",
    ),
}  # fmt: skip
