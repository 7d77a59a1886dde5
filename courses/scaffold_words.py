"""The texts of a new course, in French and in English: advice that the author replaces."""

from __future__ import annotations

_PAGE_FR = """Commencez par une situation que votre public reconnaît : un lieu, une personne, une question. Deux
phrases suffisent.

## Ce que l'on va savoir faire {#savoir-faire}

Dites l'objectif avec les mots de tous les jours. Un :term[objectif]{id=objectif} commence par un verbe que l'on
peut observer : *choisir*, *expliquer*, *installer*, plutôt que *comprendre* ou *connaître*.

::figure[Trois étapes : objectif, activité, question]{src=../../media/etapes.svg caption="L'objectif d'abord."}

:::callout[Une idée par bloc]{kind=tip}
Chaque titre de niveau 2 ouvre un bloc. S'il vous faut « et aussi » pour le résumer, faites-en deux.
:::

## À vous de jouer {#a-vous}

On apprend en faisant. Donnez une consigne, une durée et ce que l'on doit obtenir à la fin.

:::activity[Écrire un premier objectif]{#act-objectif minutes=3 mode=individual objectives=obj-premier}
Choisissez une chose que vos apprenants feront autrement après ce cours. Écrivez-la en une phrase, avec un verbe
d'action. Puis demandez-vous : comment verrai-je qu'ils savent le faire ?
:::

::quiz[Vérifier en une question]{ref=quiz-debut}
"""

_PAGE_EN = """Begin with a situation that your learners recognise: a place, a person, a question. Two sentences are
enough.

## What you will be able to do {#savoir-faire}

State the objective in everyday words. An :term[objective]{id=objectif} begins with a verb that can be observed:
*choose*, *explain*, *install*, rather than *understand* or *know*.

::figure[Three steps: objective, activity, question]{src=../../media/etapes.svg caption="Objective first."}

:::callout[One idea a block]{kind=tip}
Each level-2 heading opens a block. When you need “and also” to sum it up, make two of it.
:::

## Your turn {#a-vous}

People learn by doing. Give an instruction, a duration and what should come out of it.

:::activity[Write a first objective]{#act-objectif minutes=3 mode=individual objectives=obj-premier}
Choose one thing your learners will do differently after this course. Write it in one sentence, with an action verb.
Then ask yourself: how will I see that they can do it?
:::

::quiz[Check with one question]{ref=quiz-debut}
"""

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "summary": "En un paragraphe : ce que l'on saura faire à la fin, et pourquoi cela compte.",
        "audience": "Pour qui est ce cours ? Décrivez des personnes et leur situation, pas une catégorie.",
        "prerequisites": "Aucun.",
        "methods": "Des pages courtes, des activités à faire seul ou en groupe, des questions au retour expliqué.",
        "assessment": "Des questions d'entraînement à chaque module ; dites ici comment la réussite se décide.",
        "accessibility": "Ce qui est adapté (sous-titres, transcriptions, temps), et la personne à qui demander.",
        "objective": "Formuler un objectif d'apprentissage observable pour son public",
        "module": "Premier module",
        "module_summary": "En une ou deux phrases : ce que ce module apporte.",
        "page_title": "Par où commencer",
        "page": _PAGE_FR,
        "quiz_title": "Ai-je bien compris ?",
        "quiz_intro": "Une question pour s'entraîner. Autant d'essais que l'on veut.",
        "prompt": "Laquelle de ces phrases est un objectif que l'on peut observer ?",
        "choice_a": "Comprendre la messagerie électronique",
        "feedback_a": "« Comprendre » ne se voit pas : à quoi saurez-vous que c'est compris ?",
        "choice_b": "Envoyer un message avec une pièce jointe",
        "feedback_b": "Oui : on peut le faire devant vous, et vous pouvez dire si c'est réussi.",
        "choice_c": "Sensibiliser à la messagerie électronique",
        "feedback_c": "C'est ce que fait le formateur ; l'objectif dit ce que fera la personne qui apprend.",
        "term": "Objectif",
        "definition": "Ce qu'une personne saura faire après avoir appris, dit avec un verbe que l'on peut observer.",
        "drawing": "Trois étapes qui se suivent : objectif, activité, question",
        "steps": "Objectif, Activité, Question",
    },
    "en": {
        "summary": "In one paragraph: what one can do at the end, and why it matters.",
        "audience": "Who is this course for? Describe people and their situation, not a category.",
        "prerequisites": "None.",
        "methods": "Short pages, activities to do alone or in a group, questions with explained feedback.",
        "assessment": "Practice questions in each module; say here how success is decided.",
        "accessibility": "What is adapted (captions, transcripts, time), and the person to ask.",
        "objective": "Write an observable learning objective for one's learners",
        "module": "First module",
        "module_summary": "In one or two sentences: what this module brings.",
        "page_title": "Where to begin",
        "page": _PAGE_EN,
        "quiz_title": "Have I understood?",
        "quiz_intro": "One question for practice. As many attempts as you like.",
        "prompt": "Which of these sentences is an objective that can be observed?",
        "choice_a": "Understand e-mail",
        "feedback_a": "“Understand” cannot be seen: how will you know that it is understood?",
        "choice_b": "Send a message with an attached file",
        "feedback_b": "Yes: it can be done in front of you, and you can say whether it worked.",
        "choice_c": "Raise awareness of e-mail",
        "feedback_c": "That is what the trainer does; the objective says what the learner will do.",
        "term": "Objective",
        "definition": "What a person will be able to do after learning, said with a verb that can be observed.",
        "drawing": "Three steps in a row: objective, activity, question",
        "steps": "Objective, Activity, Question",
    },
}
