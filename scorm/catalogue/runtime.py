"""Rules about what pages and scripts do with the run-time interface."""

from __future__ import annotations

from typing import Final

from scorm.catalogue.entry import INTERFACE, Entry

RUNTIME_RULES: Final[dict[str, Entry]] = {
    "runtime-missing": Entry(
        "warning", INTERFACE,
        "Aucun script ne cherche l'interface de suivi ({api}) : nulle part rien ne sera enregistré.",
        "No script looks for the run-time interface ({api}): nothing will be recorded anywhere.",
        "Ajoutez l'appel à {api}, ou déclarez la ressource comme asset.",
        "Add the call to {api}, or declare the resource as an asset.",
    ),
    "runtime-other": Entry(
        "warning", INTERFACE,
        "Les scripts cherchent l'interface de l'autre version de SCORM ({other}), jamais {api} : "
        "les plateformes qui n'offrent que {api} n'enregistreront rien.",
        "The scripts look for the interface of the other version of SCORM ({other}), never {api}: "
        "platforms that offer {api} only will record nothing.",
        "Exportez de nouveau dans la version annoncée par le manifeste.",
        "Export again in the version the manifest announces.",
    ),
    "runtime-initialize-missing": Entry(
        "warning", "SCORM 1.2 RTE 3.3.1; SCORM 2004 4th RTE 3.1.3",
        "Aucun script n'appelle {call} : toute plateforme refusera les appels suivants.",
        "No script calls {call}: every platform will refuse the calls that follow.",
        'Appelez {call}("") au chargement de la page.',
        'Call {call}("") when the page loads.',
    ),
    "runtime-finish-missing": Entry(
        "warning", "SCORM 1.2 RTE 3.3.1; SCORM 2004 4th RTE 3.1.3",
        "Aucun script n'appelle {call} : Moodle et d'autres n'arrêteront pas le temps et peuvent perdre les résultats.",
        "No script calls {call}: Moodle and others will not stop the time and may lose the results.",
        'Appelez {call}("") quand la page est quittée.',
        'Call {call}("") when the page is left.',
    ),
    "completion-missing": Entry(
        "warning", "SCORM 1.2 RTE 3.4.4; SCORM 2004 4th RTE 4.2.4",
        "Aucun script n'écrit {element} : la leçon ne sera jamais terminée, sauf là où la plateforme décide seule.",
        "No script sets {element}: the lesson will never be completed, but where the platform decides by itself.",
        "Écrivez {element} quand l'apprenant a fini.",
        "Set {element} when the learner has finished.",
    ),
    "completion-by-platform": Entry(
        "note", "SCORM 2004 4th SN 4.5.4 (completionSetByContent)",
        "Aucun script n'écrit {element} : la plateforme dira la leçon terminée dès qu'elle est quittée.",
        "No script sets {element}: the platform will call the lesson completed as soon as it is left.",
        'Écrivez {element}, et completionSetByContent="true", si la fin doit se mériter.',
        'Set {element}, and completionSetByContent="true", when the end must be earned.',
    ),
    "runtime-unload-only": Entry(
        "warning", "HTML (WHATWG) 7.4.2.4; SCORM 2004 4th RTE 3.1.3",
        "Pour enregistrer ou terminer, le script attend « {event} » : les téléphones et les versions récentes de Chrome ne l'appellent plus.",
        "To save or finish, the script waits for “{event}”: phones and recent versions of Chrome no longer call it.",
        "Enregistrez à chaque étape, et sur « pagehide » et « visibilitychange ».",
        "Save at each step, and on “pagehide” and “visibilitychange”.",
    ),
    "runtime-sync-request": Entry(
        "warning", "XMLHttpRequest (WHATWG) 3.5.1",
        "Le script fait une requête synchrone : les navigateurs la bloquent quand la page se ferme, et le résultat se perd.",
        "The script makes a synchronous request: browsers block it when the page closes, and the result is lost.",
        "Utilisez fetch avec keepalive ou navigator.sendBeacon, ou laissez la plateforme enregistrer.",
        "Use fetch with keepalive or navigator.sendBeacon, or let the platform save.",
    ),
    "runtime-depth": Entry(
        "warning", INTERFACE,
        "Le script ne cherche l'interface que sur {levels} niveaux de cadres : "
        "une plateforme qui emboîte davantage ne sera pas trouvée.",
        "The script looks for the interface only {levels} levels of frames up: "
        "a platform that nests deeper will not be found.",
        "Cherchez jusqu'à ce que window.parent soit window (500 niveaux au plus en 2004).",
        "Search until window.parent is window (500 levels at most in 2004).",
    ),
    "runtime-plugin": Entry(
        "warning", "HTML (WHATWG) 4.8.6",
        "{kind} ne fonctionne plus dans aucun navigateur.",
        "{kind} no longer works in any browser.",
        "Refaites ce contenu en HTML.",
        "Make this content again in HTML.",
    ),
    "content-unread": Entry(
        "note", INTERFACE,
        "{count} fichiers n'ont pas été lus : la limite de lecture est atteinte.",
        "{count} files were not read: the reading limit was reached.",
        "Rien à faire : ils sont importés tels quels.",
        "Nothing to do: they are imported as they are.",
    ),
}  # fmt: skip
