"""The savers' survey: answers, free texts apart, counts, what was published of them, and
the needs of projects that they are shown beside."""

from shared.database.plumbing import run_script

revision = "0017"
down_revision = "0016"

SURVEY = """
create table survey_responses (
    response_id uuid not null,
    version text not null,
    person_id uuid,
    answers jsonb not null,
    consent_version text not null,
    consent_source text not null,
    consented_at timestamptz not null,
    changed_at timestamptz not null,
    completed_at timestamptz,
    constraint pk_survey_responses primary key (response_id),
    constraint ck_survey_responses__consent_source check (consent_source in ('page', 'api'))
);
create unique index uq_survey_responses__version_person_id on survey_responses (version, person_id)
    where person_id is not null;
create index ix_survey_responses__unfinished on survey_responses (version, changed_at) where completed_at is null;
create index ix_survey_responses__version_completed_at on survey_responses (version, completed_at);

create table survey_texts (
    text_id uuid not null,
    response_id uuid not null,
    question_id text not null,
    content text not null,
    constraint pk_survey_texts primary key (text_id),
    constraint uq_survey_texts__response_id_question_id unique (response_id, question_id),
    constraint fk_survey_texts__response_id__survey_responses foreign key (response_id)
        references survey_responses (response_id) on delete cascade
);

create table survey_counts (
    territory text not null,
    version text not null,
    question_id text not null,
    option_id text not null,
    crossed_option_id text not null,
    responses bigint not null,
    constraint pk_survey_counts primary key (territory, version, question_id, option_id, crossed_option_id),
    constraint ck_survey_counts__responses check (responses >= 0)
);

create table survey_restitutions (
    restitution_id uuid not null,
    version text not null,
    responses bigint not null,
    content jsonb not null,
    signature text not null,
    note text not null,
    published_by uuid not null,
    published_at timestamptz not null,
    constraint pk_survey_restitutions primary key (restitution_id)
);
create index ix_survey_restitutions__published_at on survey_restitutions (published_at);

create table approved_needs (
    territory text not null,
    need_id uuid not null,
    family text not null,
    amount_minor bigint not null,
    currency text not null,
    approved_on date not null,
    constraint pk_approved_needs primary key (territory, need_id),
    constraint ck_approved_needs__amount_minor check (amount_minor > 0)
);
"""


def upgrade() -> None:
    run_script(SURVEY)
