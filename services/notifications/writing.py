"""Puts a letter's facts into French: subject, text part and HTML part, from `templates/mails/`."""

from collections.abc import Mapping
from typing import Any

from jinja2 import select_autoescape

from services.notifications.domain import TRANSFER_KINDS, LetterKind, grouped, one_line
from services.notifications.formats.mail import CODE_CONTENT_ID, Body
from services.notifications.formats.transfer_code import transfer_code_png
from shared.values import NATIONAL, territory
from shared.web.layout import templates_for

SUBJECTS = {
    LetterKind.CONFIRMATION: "Confirmez votre adhésion à l’Opération Milliard",
    LetterKind.SIGN_IN: "Votre lien de connexion à l’Opération Milliard",
    LetterKind.WELCOME: "Bienvenue dans l’Opération Milliard",
    LetterKind.PLEDGE_INSTRUCTIONS: "Comment verser votre promesse",
    LetterKind.LETTER_OF_INTENT: "Votre lettre d’intention",
    LetterKind.PAYMENT_THANKS: "Votre versement est arrivé, merci",
    LetterKind.PAYMENT_RETURNED: "Un versement a été rendu",
    LetterKind.DIRECT_DEBIT_ANNOUNCED: "Un prélèvement est prévu",
    LetterKind.PLEDGE_REMINDER: "Un versement prévu pour votre promesse",
    LetterKind.PLEDGE_EXPIRED: "Votre promesse a expiré",
    LetterKind.RECEIPT_ISSUED: "Votre reçu fiscal est prêt",
    LetterKind.RECEIPT_CANCELLED: "Un de vos reçus fiscaux est annulé",
    LetterKind.CONDITIONAL_PLEDGE: "Votre promesse sous condition est enregistrée",
    LetterKind.FUNDS_CALLED: "Votre promesse sous condition est déclenchée",
    LetterKind.PLEDGE_CONFIRMED: "Votre promesse est confirmée",
}
"""No amount and no name: subjects show on locked screens."""

PAID_ONCE = {"instalment_count": 1, "due_on": None, "kept_minor": 0}
"""What letters do not say that were written when each pledge was paid once, at no date, and never beforehand."""


class Writing:
    """Writes letters; `public_url` is where their links lead."""

    def __init__(self, *, public_url: str) -> None:
        environment = templates_for("services.notifications").environment
        self._templates = environment.overlay(autoescape=select_autoescape(["html"]))
        self._templates.filters["grouped"] = grouped
        self._public_url = public_url.rstrip("/")

    def write(
        self, kind: LetterKind, *, display_name: str, territory_code: str, content: Mapping[str, Any]
    ) -> Body:
        """The parts of one letter. `content` is the letter's, and for links `url` and `expires_at`."""
        content = {**PAID_ONCE, "due_minor": content.get("amount_minor"), **content}
        code_png = _transfer_code(content) if kind in TRANSFER_KINDS else None
        facts = {
            **content,
            "name": one_line(display_name),
            "territory_name": _name_of(territory_code),
            "public_url": self._public_url,
            "subject": SUBJECTS[kind],
            "code_image": f"cid:{CODE_CONTENT_ID}" if code_png else None,
        }
        return Body(
            subject=SUBJECTS[kind],
            text=self._templates.get_template(f"mails/{kind}.txt").render(facts).strip() + "\n",
            html=self._templates.get_template(f"mails/{kind}.html").render(facts),
            code_png=code_png,
        )


def _name_of(territory_code: str) -> str:
    return "France entière" if territory_code == NATIONAL else territory(territory_code).name


def _transfer_code(content: Mapping[str, Any]) -> bytes | None:
    return transfer_code_png(
        beneficiary=content["beneficiary_name"],
        iban=content["beneficiary_iban"],
        amount_minor=content["due_minor"],
        currency=content["currency"],
        reference=content["reference"],
    )
