"""The French sentences for HTTP statuses and for fields that a request got wrong."""

TITLES = {
    400: "Demande incomplète",
    401: "Connexion nécessaire",
    403: "Accès réservé",
    404: "Page introuvable",
    405: "Action impossible à cette adresse",
    409: "Action déjà faite ou dépassée",
    413: "Fichier trop volumineux",
    422: "Des informations sont à corriger",
    429: "Trop de demandes",
    500: "Une erreur de notre côté",
    503: "Service en pause",
}

SENTENCES = {
    400: "La demande est illisible : elle est abîmée ou incomplète. Revenez à la page précédente et réessayez.",
    401: "Connectez-vous pour continuer : nous vous ramènerons ensuite à cette page.",
    403: "Votre compte n’ouvre pas cette page. Si cela vous surprend, parlez-en à votre territoire.",
    404: "Rien n’existe à cette adresse : elle a peut-être changé, ou une lettre y manque.",
    405: "Cette adresse ne permet pas cette action. Revenez à la page précédente et utilisez ses boutons.",
    413: "Le fichier dépasse la taille acceptée. Découpez-le ou envoyez un relevé plus court.",
    422: "Certaines informations manquent ou ne sont pas acceptées. Corrigez-les puis envoyez de nouveau.",
    429: "Vous avez fait beaucoup de demandes en peu de temps. Attendez quelques minutes puis réessayez.",
    500: "Rien n’a été enregistré. L’équipe technique est prévenue : réessayez dans quelques minutes.",
    503: "Le service redémarre ou attend sa base de données. Réessayez dans quelques secondes.",
}
UNKNOWN_SENTENCE = "La demande n’a pas pu être traitée. Revenez à la page précédente et réessayez."

FIELD_MESSAGES = {
    "missing": "Cette information est obligatoire.",
    "string_too_short": "Ce texte est trop court.",
    "string_too_long": "Ce texte est trop long.",
    "string_pattern_mismatch": "Cette valeur n’a pas la forme attendue.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "decimal_parsing": "Un nombre est attendu.",
    "greater_than": "Ce nombre est trop petit.",
    "greater_than_equal": "Ce nombre est trop petit.",
    "less_than": "Ce nombre est trop grand.",
    "less_than_equal": "Ce nombre est trop grand.",
    "enum": "Cette valeur ne fait pas partie des choix possibles.",
    "literal_error": "Cette valeur ne fait pas partie des choix possibles.",
    "uuid_parsing": "Cet identifiant n’a pas la forme attendue.",
    "date_from_datetime_parsing": "Une date est attendue, par exemple 2026-11-22.",
    "date_parsing": "Une date est attendue, par exemple 2026-11-22.",
    "extra_forbidden": "Cette information n’est pas attendue ici.",
    "json_invalid": "Le corps de la demande n’est pas du JSON valide.",
}
UNKNOWN_FIELD_MESSAGE = "Cette valeur n’est pas acceptée."


def sentence_for(status: int) -> str:
    """What to tell a person about `status` when nobody said something more precise."""
    return SENTENCES.get(status, UNKNOWN_SENTENCE)
