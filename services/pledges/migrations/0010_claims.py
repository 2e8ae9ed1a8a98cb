"""Whoever paid without a reference attaches the payment to a promise, by a link that a treasurer sent."""

from shared.database.plumbing import run_script

revision = "0010"
down_revision = "0009"

CLAIMS = """
create table claims (
    token_hash bytea not null,
    line_id uuid not null,
    made_by uuid not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    allocation_id uuid,
    constraint pk_claims primary key (token_hash),
    constraint fk_claims__line_id__bank_lines foreign key (line_id) references bank_lines (line_id),
    constraint ck_claims__allocation_id check (allocation_id is null or ended_at is not null)
);
create unique index uq_claims__open_line_id on claims (line_id) where ended_at is null;
"""


def upgrade() -> None:
    run_script(CLAIMS)
