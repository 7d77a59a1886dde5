"""Rules about LOM metadata: IMS MD 1.2.1 in SCORM 1.2, IEEE 1484.12.3 in SCORM 2004."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import METADATA, Entry

_LOM: Final = "IMS MD 1.2.1 4; IEEE 1484.12.1 6"

METADATA_RULES: Final[dict[str, Entry]] = {
    "lom-unreadable": Entry(
        "error", METADATA,
        "Le fichier de métadonnées ne peut pas être lu : {reason}",
        "The metadata file cannot be read: {reason_en}",
        "Corrigez-le ou retirez adlcp:location.",
        "Fix it or remove adlcp:location.",
    ),
    "lom-root": Entry(
        "warning", METADATA,
        "Les métadonnées commencent par <{element}> au lieu de <lom> dans l'espace de noms de la version : "
        "les catalogues ne les liront pas.",
        "The metadata starts with <{element}> instead of <lom> in the version's namespace: catalogues will not read it.",
        'Écrivez <lom xmlns="{expected}">.',
        'Write <lom xmlns="{expected}">.',
    ),
    "lom-unknown": Entry(
        "error", _LOM,
        "<{element}> n'existe pas dans <{parent}> des métadonnées LOM.",
        "<{element}> does not exist in <{parent}> of LOM metadata.",
        "Corrigez le nom (majuscules comprises) ou retirez-le.",
        "Fix the name (capitals included) or remove it.",
    ),
    "lom-order": Entry(
        "error", "IMS MD 1.2.1 XML binding 2",
        "<{element}> vient après <{before}> dans <{parent}> ; l'ordre du standard est l'inverse.",
        "<{element}> comes after <{before}> in <{parent}>; the standard's order is the reverse.",
        "Rangez les éléments dans l'ordre : {expected}.",
        "Put the elements in the order: {expected}.",
    ),
    "lom-repeated": Entry(
        "error", _LOM,
        "<{element}> figure plusieurs fois dans <{parent}> ; une seule est permise.",
        "<{element}> stands several times in <{parent}>; only one is allowed.",
        "Gardez le bon.",
        "Keep the right one.",
    ),
    "lom-vocabulary": Entry(
        "error", _LOM,
        "« {value} » n'est pas dans le vocabulaire {source} de <{element}>.",
        "“{value}” is not in the vocabulary {source} of <{element}>.",
        "Choisissez parmi : {expected}.",
        "Choose among: {expected}.",
    ),
    "lom-source": Entry(
        "warning", _LOM,
        "Le vocabulaire de <{element}> vient de « {source} » au lieu de « {expected} » : les catalogues stricts l'ignorent.",
        "The vocabulary of <{element}> is from “{source}” instead of “{expected}”: strict catalogues ignore it.",
        "Écrivez <source>{expected}, ou gardez le vôtre en le sachant.",
        "Write <source>{expected}, or keep yours knowingly.",
    ),
    "lom-language": Entry(
        "warning", "IEEE 1484.12.1 1.3; RFC 5646 2.1",
        "« {value} » n'est pas un code de langue : les catalogues ne classeront pas le contenu.",
        "“{value}” is not a language code: catalogues will not file the content.",
        "Écrivez fr, fr-FR, en…",
        "Write fr, fr-FR, en…",
    ),
    "lom-schema": Entry(
        "warning", METADATA,
        "<{element}> contient « {value} » au lieu de « {expected} » : les catalogues ne sauront pas le lire.",
        "<{element}> holds “{value}” instead of “{expected}”: catalogues will not know how to read it.",
        "Écrivez cette valeur : elle dit selon quel modèle lire la suite.",
        "Write this value: it says by which model the rest is read.",
    ),
    "lom-mandatory": Entry(
        "note", "SCORM 1.2 CAM 2.2.4; SCORM 2004 4th CAM 4.5",
        "Les métadonnées n'ont pas {elements}, que le profil SCORM demande.",
        "The metadata lacks {elements}, which the SCORM profile asks for.",
        "Complétez-les pour que le contenu se retrouve dans un catalogue.",
        "Complete it so that the content is found in a catalogue.",
    ),
}  # fmt: skip
