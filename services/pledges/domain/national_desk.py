"""The national desk: it keeps the bank's lines, its files, and gives payments back."""


class TreasurerNoMore(Exception):
    """The role was taken back after the session began: money moves by what holds now."""

    def __init__(self) -> None:
        super().__init__(
            "Vous ne tenez plus la trésorerie nationale : rien n’a été fait, aucun fichier n’est remis."
        )
