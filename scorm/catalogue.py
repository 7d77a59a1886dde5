"""Every rule of the conformance report: how grave it is, what it says, how to cure it, where the standard says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from scorm.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule; its sentences have ``{names}`` to fill in."""

    severity: Literal["error", "warning", "note"]
    clause: str
    fr: str
    en: str
    cure_fr: str = ""
    cure_en: str = ""

    def message(self, values: Mapping[str, object]) -> Message:
        return Message(self.fr.format(**values), self.en.format(**values))

    def cure(self, values: Mapping[str, object]) -> Message:
        return Message(self.cure_fr.format(**values), self.cure_en.format(**values))


_PACKAGING: Final = "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.4.1"
_INTERFACE: Final = "SCORM 1.2 RTE 3.3, SCORM 2004 4th RTE 3.2"

CATALOGUE: Final[dict[str, Entry]] = {
    "archive": Entry(
        "error",
        "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.3",
        "{fr}",
        "{en}",
    ),
    "archive-ignored": Entry(
        "note",
        "",
        "{count} fichiers système ou hors du dossier du manifeste sont ignorés (dont {name}).",
        "{count} system files, or files outside the manifest's folder, are ignored ({name} among them).",
    ),
    "manifest-missing": Entry(
        "error",
        "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.3.2",
        "Il n'y a pas de imsmanifest.xml dans l'archive.",
        "There is no imsmanifest.xml in the archive.",
        "Exportez le contenu au format SCORM.",
        "Export the content as SCORM.",
    ),
    "manifest-in-folder": Entry(
        "error",
        "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.3.2",
        "imsmanifest.xml est dans le dossier « {folder} » au lieu de la racine.",
        "imsmanifest.xml is in the folder “{folder}” instead of the root.",
        "Compressez le contenu du dossier, pas le dossier.",
        "Compress the folder's content, not the folder.",
    ),
    "other-kind": Entry(
        "error",
        "",
        "Ce paquet est du {kind}, pas du SCORM.",
        "This package is {kind}, not SCORM.",
        "Exportez-le au format SCORM 1.2 ou 2004.",
        "Export it as SCORM 1.2 or 2004.",
    ),
    "manifest-unreadable": Entry(
        "error",
        "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.4",
        "{fr}",
        "{en}",
    ),
    "schema-invalid": Entry(
        "error",
        "SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.5",
        "Le manifeste ne suit pas le schéma XML : {reason}.",
        "The manifest breaks the XML schema: {reason}.",
        "Corrigez cette ligne ou exportez de nouveau.",
        "Fix this line or export again.",
    ),
    "schema-unchecked": Entry(
        "note",
        "",
        "Le manifeste n'a pas été comparé aux schémas XML ({edition}) : ils ne sont pas installés.",
        "The manifest was not compared with the XML schemas ({edition}): they are not installed.",
    ),
    "guessed": Entry(
        "note",
        "",
        "{fr}",
        "{en}",
    ),
    "identifier-missing": Entry(
        "error",
        _PACKAGING,
        "Un élément <{element}> n'a pas d'identifiant.",
        "An element <{element}> has no identifier.",
        "Ajoutez un attribut identifier unique.",
        "Add a unique identifier attribute.",
    ),
    "identifier-duplicate": Entry(
        "error",
        _PACKAGING,
        "L'identifiant « {identifier} » est employé plusieurs fois.",
        "The identifier “{identifier}” is used more than once.",
        "Donnez à chaque élément un identifiant différent.",
        "Give each element an identifier of its own.",
    ),
    "identifier-invalid": Entry(
        "warning",
        _PACKAGING,
        "L'identifiant « {identifier} » n'est pas un nom XML valable.",
        "The identifier “{identifier}” is not a valid XML name.",
        "Commencez-le par une lettre, sans espace ni deux-points.",
        "Start it with a letter, without space or colon.",
    ),
    "organizations-missing": Entry(
        "error",
        _PACKAGING,
        "Le manifeste n'a aucune organisation : il n'y a rien à lancer.",
        "The manifest has no organization: there is nothing to launch.",
        "Ajoutez une <organization> avec au moins un <item>.",
        "Add an <organization> with at least one <item>.",
    ),
    "organization-empty": Entry(
        "error",
        _PACKAGING,
        "L'organisation « {name} » n'a aucun élément à lancer.",
        "The organization “{name}” has no item to launch.",
        "Ajoutez-lui un <item> lié à une ressource.",
        "Give it an <item> tied to a resource.",
    ),
    "default-missing": Entry(
        "warning",
        _PACKAGING,
        "L'organisation par défaut n'est pas indiquée ; la première est prise.",
        "The default organization is not given; the first one is taken.",
        'Ajoutez default="{first}" à <organizations>.',
        'Add default="{first}" to <organizations>.',
    ),
    "default-unresolved": Entry(
        "error",
        _PACKAGING,
        "L'organisation par défaut « {identifier} » n'existe pas.",
        "The default organization “{identifier}” does not exist.",
        "Mettez dans default l'identifiant d'une <organization>.",
        "Put the identifier of an <organization> in default.",
    ),
    "title-missing": Entry(
        "error",
        _PACKAGING,
        "<{element}> « {identifier} » n'a pas de titre.",
        "<{element}> “{identifier}” has no title.",
        "Ajoutez un <title> : c'est ce que lisent les apprenants.",
        "Add a <title>: it is what learners read.",
    ),
    "identifierref-unresolved": Entry(
        "error",
        _PACKAGING,
        "L'élément « {item} » renvoie à la ressource « {reference} », qui n'existe pas.",
        "The item “{item}” refers to the resource “{reference}”, which does not exist.",
        "Corrigez identifierref ou ajoutez la ressource.",
        "Fix identifierref or add the resource.",
    ),
    "identifierref-missing": Entry(
        "error",
        "SCORM 2004 4th CAM 3.4.1",
        "L'élément « {item} » n'a ni ressource ni sous-élément.",
        "The item “{item}” has neither a resource nor an item below it.",
        "Donnez-lui un identifierref ou retirez-le.",
        "Give it an identifierref or remove it.",
    ),
    "dependency-unresolved": Entry(
        "error",
        _PACKAGING,
        "La ressource « {resource} » dépend de « {reference} », qui n'existe pas.",
        "The resource “{resource}” depends on “{reference}”, which does not exist.",
        "Corrigez ou retirez cette <dependency>.",
        "Fix or remove this <dependency>.",
    ),
    "launch-missing": Entry(
        "error",
        _PACKAGING,
        "La ressource « {resource} » doit être lancée mais n'a pas de href.",
        "The resource “{resource}” is to be launched but has no href.",
        "Ajoutez href avec la page de départ.",
        "Add href with the page to start from.",
    ),
    "launch-file-missing": Entry(
        "error",
        _PACKAGING,
        "La page de départ « {path} » de la ressource « {resource} » n'est pas dans l'archive.",
        "The start page “{path}” of the resource “{resource}” is not in the archive.",
        "Ajoutez le fichier ou corrigez href.",
        "Add the file or fix href.",
    ),
    "launch-external": Entry(
        "warning",
        "SCORM 2004 4th CAM 3.4.1",
        "La ressource « {resource} » est lancée depuis une adresse externe ({url}).",
        "The resource “{resource}” is launched from an external address ({url}).",
        "Mettez le contenu dans le paquet : hors ligne, il ne s'ouvrira pas.",
        "Put the content in the package: offline, it will not open.",
    ),
    "resource-type": Entry(
        "error",
        _PACKAGING,
        "La ressource « {resource} » est du type « {type} » au lieu de « webcontent ».",
        "The resource “{resource}” has the type “{type}” instead of “webcontent”.",
        'Écrivez type="webcontent".',
        'Write type="webcontent".',
    ),
    "scormtype-missing": Entry(
        "warning",
        _PACKAGING,
        "La ressource « {resource} » ne dit pas si elle est un SCO ou un asset.",
        "The resource “{resource}” does not say whether it is a SCO or an asset.",
        'Ajoutez adlcp:{spelling}="sco" ou "asset".',
        'Add adlcp:{spelling}="sco" or "asset".',
    ),
    "scormtype-spelling": Entry(
        "error",
        _PACKAGING,
        "La ressource « {resource} » écrit {written} au lieu de adlcp:{spelling}.",
        "The resource “{resource}” writes {written} instead of adlcp:{spelling}.",
        "Respectez les majuscules et l'espace de noms du standard.",
        "Keep the capitals and the namespace of the standard.",
    ),
    "scormtype-value": Entry(
        "error",
        _PACKAGING,
        "La ressource « {resource} » est du genre « {value} », inconnu du standard.",
        "The resource “{resource}” is of the kind “{value}”, unknown to the standard.",
        "Écrivez sco ou asset.",
        "Write sco or asset.",
    ),
    "file-missing": Entry(
        "error",
        _PACKAGING,
        "Le fichier « {path} », annoncé par la ressource « {resource} », n'est pas dans l'archive.",
        "The file “{path}”, listed by the resource “{resource}”, is not in the archive.",
        "Ajoutez le fichier ou retirez la ligne <file>.",
        "Add the file or remove the <file> line.",
    ),
    "file-case": Entry(
        "error",
        _PACKAGING,
        "« {path} » s'appelle « {name} » dans l'archive : les majuscules diffèrent.",
        "“{path}” is called “{name}” in the archive: upper and lower case differ.",
        "Écrivez le même nom des deux côtés.",
        "Write the same name on both sides.",
    ),
    "path-outside": Entry(
        "error",
        _PACKAGING,
        "L'adresse « {path} » de la ressource « {resource} » sort du paquet.",
        "The address “{path}” of the resource “{resource}” leaves the package.",
        "Utilisez un chemin relatif à l'intérieur du paquet.",
        "Use a relative path inside the package.",
    ),
    "file-unlisted": Entry(
        "warning",
        _PACKAGING,
        "Le fichier n'est annoncé par aucune ressource.",
        "The file is listed by no resource.",
        "Ajoutez-le en <file> à la ressource qui l'utilise, ou retirez-le.",
        "List it as a <file> of the resource that uses it, or remove it.",
    ),
    "runtime-missing": Entry(
        "warning",
        _INTERFACE,
        "Aucun script ne cherche l'interface de suivi ({api}) : rien ne sera enregistré.",
        "No script looks for the run-time interface ({api}): nothing will be recorded.",
        "Ajoutez l'appel à {api}, ou déclarez la ressource comme asset.",
        "Add the call to {api}, or declare the resource as an asset.",
    ),
    "runtime-other": Entry(
        "warning",
        _INTERFACE,
        "Les scripts cherchent l'interface de l'autre version de SCORM ({other}), jamais {api}.",
        "The scripts look for the interface of the other version of SCORM ({other}), never {api}.",
        "Exportez de nouveau dans la version annoncée par le manifeste.",
        "Export again in the version the manifest announces.",
    ),
    "completion-missing": Entry(
        "warning",
        "SCORM 1.2 RTE 3.4, SCORM 2004 4th RTE 4.2.4",
        "Aucun script n'écrit {element} : la leçon ne sera jamais terminée.",
        "No script sets {element}: the lesson will never be completed.",
        "Écrivez {element} quand l'apprenant a fini.",
        "Set {element} when the learner has finished.",
    ),
    "external-address": Entry(
        "warning",
        "",
        "La page charge {url} depuis Internet.",
        "The page loads {url} from the Internet.",
        "Mettez le fichier dans le paquet : hors ligne, la page sera incomplète.",
        "Put the file in the package: offline, the page will be incomplete.",
    ),
    "image-without-alt": Entry(
        "warning",
        "WCAG 2.2 1.1.1",
        "L'image « {src} » n'a pas d'attribut alt.",
        "The image “{src}” has no alt attribute.",
        'Décrivez-la dans alt, ou mettez alt="" si elle décore.',
        'Describe it in alt, or write alt="" when it decorates.',
    ),
    "language-missing": Entry(
        "warning",
        "WCAG 2.2 3.1.1",
        "La page n'indique pas sa langue.",
        "The page does not give its language.",
        'Ajoutez lang="fr" (ou la bonne langue) à <html>.',
        'Add lang="fr" (or the right language) to <html>.',
    ),
    "content-unread": Entry(
        "note",
        "",
        "{count} pages ou scripts n'ont pas été lus : la limite de lecture est atteinte.",
        "{count} pages or scripts were not read: the reading limit was reached.",
    ),
    "more-of-the-same": Entry(
        "note",
        "",
        "Et {count} autres problèmes de la règle « {rule} ».",
        "And {count} more problems of the rule “{rule}”.",
    ),
}
