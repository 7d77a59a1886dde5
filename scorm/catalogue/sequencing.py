"""Rules about sequencing (SCORM 2004) that the XML schemas cannot say."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import Entry

_CAM: Final = "SCORM 2004 4th CAM 5.1"
_OBJECTIVES: Final = "SCORM 2004 4th CAM 5.1.7; SN 3.10"

SEQUENCING_RULES: Final[dict[str, Entry]] = {
    "seq-idref-unresolved": Entry(
        "error", "SCORM 2004 4th CAM 5.1.1",
        "Le séquencement renvoie à « {reference} », qui n'est pas dans <sequencingCollection>.",
        "The sequencing refers to “{reference}”, which is not in <sequencingCollection>.",
        "Corrigez IDRef ou ajoutez ce séquencement à la collection.",
        "Fix IDRef or add this sequencing to the collection.",
    ),
    "seq-id-missing": Entry(
        "error", "SCORM 2004 4th CAM 5.2",
        "Un <sequencing> de la collection n'a pas d'ID : personne ne peut s'en servir.",
        "A <sequencing> of the collection has no ID: nobody can use it.",
        "Donnez-lui un attribut ID.",
        "Give it an ID attribute.",
    ),
    "seq-id-misplaced": Entry(
        "error", "SCORM 2004 4th CAM 5.1.1",
        "L'attribut {attribute} n'est pas permis sur ce <sequencing>.",
        "The attribute {attribute} is not allowed on this <sequencing>.",
        "ID sert dans la collection, IDRef sur les éléments : retirez-le.",
        "ID is for the collection, IDRef for items: remove it.",
    ),
    "seq-objective-unresolved": Entry(
        "error", _OBJECTIVES,
        "« {reference} » n'est l'objectif d'aucun <objective> de cette activité.",
        "“{reference}” is the objectiveID of no <objective> of this activity.",
        "Corrigez {attribute}, ou déclarez l'objectif dans <objectives> de la même activité.",
        "Fix {attribute}, or declare the objective in <objectives> of the same activity.",
    ),
    "seq-objective-duplicate": Entry(
        "error", _OBJECTIVES,
        "L'objectif « {objective} » est déclaré deux fois dans la même activité.",
        "The objective “{objective}” is declared twice in the same activity.",
        "Donnez à chaque objectif un objectiveID différent.",
        "Give each objective an objectiveID of its own.",
    ),
    "seq-objective-nameless": Entry(
        "error", _OBJECTIVES,
        "L'objectif principal a des <mapInfo> mais pas d'objectiveID.",
        "The primary objective has <mapInfo> but no objectiveID.",
        "Ajoutez objectiveID à <primaryObjective>.",
        "Add objectiveID to <primaryObjective>.",
    ),
    "seq-map-blank": Entry(
        "error", _OBJECTIVES,
        "{attribute} est vide : l'objectif partagé n'a pas de nom.",
        "{attribute} is empty: the shared objective has no name.",
        "Donnez-lui un identifiant.",
        "Give it an identifier.",
    ),
    "seq-read-twice": Entry(
        "error", _OBJECTIVES,
        "L'objectif « {objective} » lit {what} depuis plusieurs objectifs partagés.",
        "The objective “{objective}” reads {what} from several shared objectives.",
        "N'en gardez qu'un : le standard ne dit pas lequel l'emporterait.",
        "Keep one: the standard does not say which would win.",
    ),
    "seq-write-twice": Entry(
        "error", _OBJECTIVES,
        "Plusieurs objectifs de la même activité écrivent {what} dans « {target} ».",
        "Several objectives of one activity write {what} to “{target}”.",
        "Un seul objectif de l'activité peut écrire dans un objectif partagé.",
        "Only one objective of the activity may write to a shared objective.",
    ),
    "seq-number": Entry(
        "error", _CAM,
        "{attribute}=« {value} » est hors des bornes : un nombre de {low} à {high} est attendu.",
        "{attribute}=“{value}” is out of bounds: a number from {low} to {high} is expected.",
        "Écrivez un nombre dans ces bornes, avec un point pour les décimales.",
        "Write a number within these bounds, with a point for decimals.",
    ),
    "seq-select-count": Entry(
        "error", "SCORM 2004 4th CAM 5.1.9; SN 3.8",
        "{count} activités sont à tirer au sort, mais « {item} » n'en contient que {children}.",
        "{count} activities are to be picked at random, but “{item}” holds only {children}.",
        "Réduisez selectCount ou ajoutez des activités.",
        "Lower selectCount or add activities.",
    ),
    "seq-unreachable": Entry(
        "warning", "SCORM 2004 4th CAM 5.1.2; SN 3.2",
        "Sous « {item} », ni le choix ni le parcours ne sont permis : aucune plateforme n'ouvrira ces activités.",
        "Below “{item}” neither choice nor flow is allowed: no platform will open these activities.",
        'Mettez choice="true" ou flow="true" dans <controlMode>.',
        'Put choice="true" or flow="true" in <controlMode>.',
    ),
    "seq-organization-rule": Entry(
        "error", "SCORM 2004 4th CAM 5.1.3",
        "L'action « {action} » ne se met pas dans le séquencement d'une <organization>.",
        "The action “{action}” does not go in the sequencing of an <organization>.",
        "Mettez cette règle sur un élément.",
        "Put this rule on an item.",
    ),
    "seq-caution": Entry(
        "note", "SCORM 2004 4th CAM 5.1.4, 5.1.5",
        "{name} est déconseillé par le standard : les plateformes ne sont pas tenues de le suivre.",
        "{name} is discouraged by the standard: platforms need not follow it.",
        "Ne comptez pas dessus pour le parcours des apprenants.",
        "Do not rely on it for the learners' way.",
    ),
    "seq-in-12": Entry(
        "warning", "SCORM 1.2 CAM 2.3",
        "Le séquencement de 2004 dans un paquet 1.2 n'est suivi par aucune plateforme.",
        "Sequencing of 2004 in a 1.2 package is followed by no platform.",
        "Exportez en SCORM 2004, ou retirez-le.",
        "Export as SCORM 2004, or remove it.",
    ),
}  # fmt: skip
