"""The people of the demo: flowers and trees, so that nobody takes them for somebody."""

from __future__ import annotations

LEARNERS = (
    ("Jacinthe", "Exemple"), ("Sorbier", "Modèle"), ("Violette", "Fictive"), ("Lupin", "Témoin"), ("Pervenche", "Exemple"),
    ("Cyprès", "Démo"), ("Ancolie", "Modèle"), ("Tilleul", "Fictif"), ("Bruyère", "Témoin"), ("Aubépine", "Exemple"),
    ("Châtaigne", "Démo"), ("Myosotis", "Modèle"), ("Églantine", "Fictive"), ("Genêt", "Exemple"), ("Campanule", "Démo"),
    ("Érable", "Témoin"), ("Verveine", "Modèle"), ("Orme", "Fictif"), ("Primevère", "Exemple"), ("Romarin", "Démo"),
    ("Saule", "Témoin"), ("Mélisse", "Modèle"),
)  # fmt: skip

EMPLOYERS = (
    "Médiathèque des Peupliers (exemple)", "CCAS de Rivebelle (exemple)", "France services du Gué (exemple)",
    "Association Le Fil (exemple)", "Mairie de Pontaval (exemple)",
)  # fmt: skip
JOBS = ("médiatrice numérique", "conseiller numérique", "agente d'accueil", "travailleuse sociale")

COMMENTS = (
    "Les mises en situation m'ont fait changer ma façon de commencer un atelier.",
    "J'aurais aimé plus de temps sur les questions à distance.",
    "Le déroulé à rebours : je l'ai repris dès le lundi.",
    "La visio du jeudi a coupé deux fois, le support en ligne a bien aidé.",
    "Très concret. Les fiches à télécharger servent tous les jours.",
)

WORK = """Ma demande de départ : la médiathèque voulait « un atelier tablettes ». Après deux entretiens, le besoin était
de prendre rendez-vous en ligne avec le centre de santé.

Objectif : à la fin de l'atelier, chaque personne prend un rendez-vous sur son propre téléphone, sans aide, en moins de
dix minutes.

Déroulé : accueil et recueil des attentes (15 min), démonstration commentée (15 min), essai à deux avec fiche en FALC
(40 min), essai seul (30 min), bilan à chaud (10 min). À distance : une courte vidéo à revoir et un appel de suivi à J+7.

Évaluation : grille d'observation pendant l'essai seul ; cinq personnes sur six y sont parvenues. Ce que je change : deux
fiches au lieu d'une, parce que l'inscription et la prise de rendez-vous sont deux gestes différents."""
