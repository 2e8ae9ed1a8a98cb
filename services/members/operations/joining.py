"""Joining: a form, a letter, a button; then a member with first missions (double opt-in)."""

from datetime import timedelta

from services.members.domain.links import LinkUsedUp, hash_of, new_token
from services.members.domain.membership import MAY_JOIN, Application, Standing
from services.members.domain.missions import first_missions
from services.members.operations.limits import admit_client, may_write_to
from services.members.operations.sealed_letters import record_contact, record_link, wrapped_new_key
from services.members.operations.signing_in import send_sign_in_link
from services.members.repository import account_of, add_person, lock_address, membership_request
from services.members.repository import person as person_by_id
from services.members.settings import Settings
from services.members.tables import MemberMission, MembershipRequest, Person
from shared.database import Work
from shared.events.members import ConfirmationRequested, MemberJoined, OfferedMission
from shared.values import new_id


async def ask_to_join(
    work: Work, *, settings: Settings, application: Application, source: str, client: str
) -> None:
    """Send the link that confirms an application. Nothing tells the caller whether the address was known.

    A member who joins again gets a sign-in link instead. `source` says where consent was given.
    Raises TooManyRequests.
    """
    await admit_client(work, settings=settings, client=client)
    if not await may_write_to(work, settings=settings, email=application.email):
        return
    await lock_address(work, application.email)
    person = await account_of(work, application.email)
    if person is None:
        person_id = new_id()
        person = await add_person(
            work,
            Person(
                person_id=person_id,
                territory=application.territory,
                state=Standing.PENDING_EMAIL,
                email=application.email,
                display_name=application.display_name,
                wrapped_key=wrapped_new_key(settings, person_id),
                created_at=work.now,
            ),
        )
    elif person.state == Standing.ACTIVE:
        send_sign_in_link(work, settings=settings, person=person)
        return
    elif person.state not in MAY_JOIN:
        return
    token, expires_at = new_token(), work.now + timedelta(hours=settings.confirmation_hours)
    work.session.add(
        MembershipRequest(
            token_hash=hash_of(token),
            person_id=person.person_id,
            territory=application.territory,
            display_name=application.display_name,
            consent_version=application.consent_version,
            consented_at=work.now,
            consent_source=source,
            expires_at=expires_at,
        )
    )
    record_link(
        work,
        ConfirmationRequested,
        settings=settings,
        person=person,
        greeting=application.display_name,
        territory=application.territory,
        path=f"/rejoindre/confirmer?jeton={token}",
        expires_at=expires_at,
    )


async def confirm_membership(work: Work, *, settings: Settings, token: str) -> Person:
    """Make the person of a confirmation link a member, with exactly what that link's form said.

    Raises LinkUsedUp, for a person too who is a member by another link already.
    """
    request = await membership_request(work, hash_of(token))
    if request is None or request.used_at is not None or request.expires_at <= work.now:
        raise LinkUsedUp
    person = await person_by_id(work, request.person_id, lock=True)
    if person is None or person.state not in MAY_JOIN:
        raise LinkUsedUp
    request.used_at = work.now
    person.state = Standing.ACTIVE
    person.territory = request.territory
    person.display_name = request.display_name
    person.consent_version = request.consent_version
    person.consented_at = request.consented_at
    person.consent_source = request.consent_source
    person.joined_at = work.now
    record_contact(work, settings=settings, person=person)
    work.record(
        MemberJoined(
            territory=person.territory,
            member_id=person.person_id,
            joined_on=work.today,
            missions=await _offer_first_missions(work, person),
        )
    )
    return person


async def _offer_first_missions(work: Work, member: Person) -> tuple[OfferedMission, ...]:
    """Offer the missions of the catalogue; a member who comes back keeps those already offered."""
    catalogue = first_missions()
    known = await work.execute(
        "select code from member_missions where member_id = :member and catalogue_version = :version",
        member=member.person_id,
        version=catalogue.version,
    )
    offered_before = set(known.scalars())
    offered = [
        MemberMission(
            territory=member.territory,
            mission_id=new_id(),
            member_id=member.person_id,
            code=mission.code,
            catalogue_version=catalogue.version,
            title=mission.title,
            description=mission.description,
            state="offered",
            offered_at=work.now,
        )
        for mission in catalogue.missions
        if mission.code not in offered_before
    ]
    work.session.add_all(offered)
    return tuple(
        OfferedMission(mission_id=one.mission_id, title=one.title, description=one.description)
        for one in offered
    )
