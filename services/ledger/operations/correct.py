"""Corrects an entry: one treasurer of the territory orders it, another confirms it, and only then is it posted."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.domain.chart import INVESTMENTS
from services.ledger.domain.correction import (
    Correction,
    CorrectionRefused,
    CorrectionState,
    Posted,
    check_lines,
    check_reason,
    drafts_of,
)
from services.ledger.domain.entries import Line
from services.ledger.operations.fund_rules import refusal_of_correction
from services.ledger.operations.tell_progress import tell_progress
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.queries.chart import open_accounts
from services.ledger.repository import books, corrections, journal
from services.ledger.repository.disbursements import envelope_minor
from services.ledger.repository.funds import codes_of_funds
from services.ledger.repository.repayment_schedules import has_schedule
from shared.database import Work
from shared.values import NATIONAL, new_id
from shared.web.errors import UserError


async def order_correction(
    work: Work, *, territory: str, seq: int, lines: Sequence[Line], reason: str, by: UUID
) -> Correction:
    """What is to stand in place of an entry, for another treasurer to confirm. Raises CorrectionRefused, UserError."""
    await check_treasurer(work, by, territory)
    posted = await corrections.posted_entry(work, territory, seq)
    if posted is None:
        raise UserError(
            "Cette écriture n’existe pas dans ce territoire : vérifiez son numéro.",
            status=404,
            code="unknown_entry",
        )
    check_lines(posted, lines, open_accounts=await open_accounts(work))
    await _check_no_schedule(work, posted)
    await _check_funds(work, posted, lines)
    await _check_rules(work, posted, lines)
    correction = Correction(
        correction_id=new_id(),
        territory=territory,
        corrected_seq=seq,
        corrected_hash=posted.hash.hex(),
        lines=tuple(lines),
        reason=check_reason(reason),
        ordered_by=by,
    )
    if not await corrections.add_correction(work, correction):
        raise CorrectionRefused(
            "Cette écriture a déjà une correction, faite ou à confirmer : corrigez celle-là."
        )
    return correction


async def confirm_correction(
    work: Work, *, territory: str, correction_id: UUID, by: UUID, order_hash: str
) -> Correction:
    """Post the contra-entry and what is right. The same again changes nothing.

    Raises CorrectionRefused, UserError. An envelope never goes below zero by a correction.
    """
    await check_treasurer(work, by, territory)
    chain = await books.lock_chain(work, territory)
    correction = await _found(work, territory, correction_id)
    if correction.confirmed_by == by and correction.order_hash == order_hash:
        return correction
    confirmed = correction.confirmed(by, order_hash=order_hash)
    if not await is_treasurer(work, correction.ordered_by, territory):
        raise CorrectionRefused(
            "La personne qui a ordonné cette correction n’est plus trésorière ici :"
            " annulez-la, puis ordonnez-la à nouveau."
        )
    posted = await corrections.posted_entry(work, territory, correction.corrected_seq)
    assert posted is not None  # entries are never removed
    accounts = await open_accounts(work)
    check_lines(posted, confirmed.lines, open_accounts=accounts)
    await _check_no_schedule(work, posted)
    await _check_rules(work, posted, confirmed.lines)
    before = await _envelopes(work, correction, posted)
    drafts = drafts_of(confirmed, posted, on=work.today)
    await journal.append(work, chain, drafts, accounts=accounts)
    for (fund, currency), left in (await _envelopes(work, correction, posted)).items():
        if left < min(0, before[fund, currency]):
            raise CorrectionRefused(
                f"Il ne resterait pas assez dans l’enveloppe du fonds « {fund} » pour ce qui y est déjà réservé,"
                " engagé ou versé : rien n’a été corrigé."
            )
    await corrections.save_correction(work, confirmed)
    if territory != NATIONAL:  # which has no figures
        await tell_progress(work, [territory])
    return confirmed


async def cancel_correction(work: Work, *, territory: str, correction_id: UUID, by: UUID) -> Correction:
    """Give a correction up before its confirmation. Raises CorrectionNotInState, UserError."""
    await check_treasurer(work, by, territory)
    correction = await _found(work, territory, correction_id)
    if correction.state is CorrectionState.CANCELLED:
        return correction
    cancelled = correction.cancelled()
    await corrections.save_correction(work, cancelled)
    return cancelled


async def _check_funds(work: Work, posted: Posted, lines: Sequence[Line]) -> None:
    """A fund that the entry does not name is one that was added: what a slip of the pen names gives nothing, ever."""
    named = {line.fund for line in lines} - {line.fund for line in posted.lines}
    known = await codes_of_funds(work) if named else []
    for fund in sorted(named.difference(known)):
        raise CorrectionRefused(
            f"Le fonds « {fund} » n’existe pas : choisissez parmi {', '.join(known)}, ou demandez au niveau national"
            " de l’ajouter."
        )


async def _check_no_schedule(work: Work, posted: Posted) -> None:
    """An investment that is being paid back stays where it is, or what comes back would go elsewhere."""
    if any(line.account == INVESTMENTS for line in posted.lines) and await has_schedule(
        work, posted.territory, document=posted.document
    ):
        raise CorrectionRefused(
            "Cet investissement a un échéancier de remboursement : son versement ne se corrige plus."
        )


async def _check_rules(work: Work, posted: Posted, lines: Sequence[Line]) -> None:
    """What a fund gave by a correction follows its rules, as what it gives does."""
    if refusal := await refusal_of_correction(work, posted.lines, lines):
        raise CorrectionRefused(f"{refusal} : cette correction n’y inscrit rien.")


async def _envelopes(work: Work, correction: Correction, posted: Posted) -> dict[tuple[str, str], int]:
    """What the envelopes that a correction moves hold, by fund and currency."""
    moved = {(line.fund, line.currency) for line in (*posted.lines, *correction.lines)}
    return {
        (fund, currency): await envelope_minor(
            work, territory=correction.territory, fund=fund, currency=currency
        )
        for fund, currency in moved
    }


async def _found(work: Work, territory: str, correction_id: UUID) -> Correction:
    correction = await corrections.lock_correction(work, territory, correction_id)
    if correction is None:
        raise UserError(
            "Cette correction n’existe pas dans ce territoire : vérifiez l’adresse.",
            status=404,
            code="unknown_correction",
        )
    return correction
