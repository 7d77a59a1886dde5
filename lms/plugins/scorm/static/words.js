// The frame's own words; the application's page has those about saving.
const WORDS = {
  fr: {
    contents: "Sommaire", previous: "Précédent", next: "Suivant", leave: "Mettre en pause", done: "fait", current: "en cours", failed: "à revoir",
    closed: "pas encore ouvert", parts: "Parties du module", loading: "Ouverture du module…",
    paused: "Votre place est gardée. Vous pouvez fermer cette page ou reprendre.", resume: "Reprendre",
    finished: "Le module est terminé. Votre résultat est enregistré.", again: "Parcourir à nouveau",
    partOver: "Cette partie est finie.", goOn: "Continuer", choose: "Choisissez une partie dans le sommaire.",
    refused: "Cette partie n'est pas encore ouverte : terminez d'abord ce qui la précède.",
    offline: "Pas de connexion : ce que vous faites est gardé sur cet appareil et sera envoyé dès son retour.",
    waiting: "Pas de connexion, et cet appareil ne peut rien garder : laissez cette page ouverte jusqu'au retour du réseau.",
    elsewhere: "Ce module a été ouvert ailleurs depuis. Ce qui est fait là-bas est enregistré.", here: "Continuer ici",
    otherTab: "Ce module est déjà ouvert dans un autre onglet. Continuez là-bas, ou reprenez ici.",
    unreachable: "Le module ne s'ouvre pas : le serveur ne répond pas. Rien n'est perdu.", retry: "Réessayer",
    timeOver: "Le temps prévu pour cette partie est écoulé.", timeShort: "Il reste une minute pour cette partie.",
  },
  en: {
    contents: "Contents", previous: "Previous", next: "Next", leave: "Pause", done: "done", current: "under way", failed: "to do again",
    closed: "not open yet", parts: "Parts of the module", loading: "Opening the module…",
    paused: "Your place is kept. You may close this page or go on.", resume: "Resume",
    finished: "The module is finished. Your result is saved.", again: "Go through it again",
    partOver: "This part is over.", goOn: "Go on", choose: "Choose a part in the contents.",
    refused: "This part is not open yet: finish what comes before it first.",
    offline: "No connection: what you do is kept on this device and will be sent when it is back.",
    waiting: "No connection, and this device can keep nothing: leave this page open until the network is back.",
    elsewhere: "This module was opened elsewhere since. What is done there is saved.", here: "Go on here",
    otherTab: "This module is already open in another tab. Go on there, or take over here.",
    unreachable: "The module does not open: the server does not answer. Nothing is lost.", retry: "Try again",
    timeOver: "The time allowed for this part is over.", timeShort: "One minute is left for this part.",
  },
};

export const words = WORDS[document.documentElement.lang] ?? WORDS.fr;
