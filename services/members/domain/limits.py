"""When too much is asked: refused by name, so that the edge can answer 429."""


class TooManyRequests(Exception):
    """One client sent more forms in an hour than any group of people behind one address would."""

    def __init__(self) -> None:
        super().__init__(
            "Beaucoup de demandes viennent de votre connexion en peu de temps. "
            "Attendez une heure, ou utilisez une autre connexion."
        )
