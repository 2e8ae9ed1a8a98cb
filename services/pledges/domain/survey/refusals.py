"""Why an answer or a questionnaire is refused, in a French sentence that says what to do."""


class SurveyRefused(Exception):
    """Something of the survey that cannot be taken as it was sent; the message is for the person."""


class QuestionUnknown(SurveyRefused):
    """No question of this version has the id, or the branch that asks it was not taken."""

    def __init__(self) -> None:
        super().__init__("Cette question n’est pas posée ici : reprenez l’enquête où vous en étiez.")


class AnswerMissing(SurveyRefused):
    """A closed question without an answer."""

    def __init__(self) -> None:
        super().__init__("Choisissez une réponse.")


class AnswerUnknown(SurveyRefused):
    """An option that the question does not have."""

    def __init__(self) -> None:
        super().__init__("Choisissez parmi les réponses proposées.")


class TooManyChoices(SurveyRefused):
    """More options than the question takes."""

    def __init__(self, *, most: int) -> None:
        super().__init__(
            f"Choisissez {most} réponses au plus." if most > 1 else "Choisissez une seule réponse."
        )


class ChoicesExcludeEachOther(SurveyRefused):
    """An option that stands alone, with others."""

    def __init__(self, *, option: str) -> None:
        super().__init__(f"« {option} » ne va pas avec d’autres réponses : gardez l’une ou les autres.")


class TextTooLong(SurveyRefused):
    """A free text beyond its bound."""

    def __init__(self, *, most: int) -> None:
        super().__init__(f"Ce texte est trop long : gardez {most} caractères au plus.")


class TextUnreadable(SurveyRefused):
    """Control characters: nobody types them."""

    def __init__(self) -> None:
        super().__init__(
            "Ce texte contient un caractère illisible : effacez-le, ou tapez le texte de nouveau."
        )


class ConsentMissing(SurveyRefused):
    """No consent, or to another text than the one in force."""

    def __init__(self) -> None:
        super().__init__("Pour répondre, cochez d’abord la case : nous avons besoin de votre accord.")


class SurveyIncomplete(SurveyRefused):
    """Sent before its last question was answered."""

    def __init__(self, *, question: str) -> None:
        super().__init__(f"Il reste une question : « {question} » Répondez-y, puis envoyez vos réponses.")


class ResponseSent(SurveyRefused):
    """A change of answers that are counted already."""

    def __init__(self) -> None:
        super().__init__("Vos réponses sont déjà envoyées : choisissez d’abord de les corriger.")


class TooFewResponses(SurveyRefused):
    """Too few for any figure to be shown."""

    def __init__(self, *, least: int) -> None:
        super().__init__(f"Il faut au moins {least} réponses complètes pour publier une restitution.")


class TooCloseToTheLast(SurveyRefused):
    """So few answers since a restitution, mostly the last, that the difference of the two would tell of few persons."""

    def __init__(self, *, least: int) -> None:
        super().__init__(
            f"Moins de {least} réponses séparent celle-ci d’une restitution déjà publiée : comparer les deux "
            "montrerait ce qu’ont répondu quelques personnes. Attendez d’autres réponses."
        )


class QuestionnaireInvalid(Exception):
    """The file of a questionnaire says something that cannot be asked; the service does not start with it."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"Questionnaire {where} : {why}.")
