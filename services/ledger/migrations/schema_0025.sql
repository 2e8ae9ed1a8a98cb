-- Local currencies: their registry, conversions into them, and what projects got of them. The sub-accounts of 530B, one
-- for each currency, are accounts of the chart.

create table local_currencies (
    code text not null,
    held_account text not null,
    registered_by uuid not null,
    registered_at timestamptz not null,
    constraint pk_local_currencies primary key (code),
    constraint uq_local_currencies__held_account unique (held_account),
    constraint ck_local_currencies__code check (code ~ '^X-[A-Z]{2,10}$'),
    constraint ck_local_currencies__held_account check (held_account ~ '^530B[0-9]{2}$')
);

create table local_currency_edits (
    code text not null,
    edit integer not null,
    kind text not null,
    decision_reference text not null,
    edited_by uuid not null,
    edited_at timestamptz not null,
    constraint pk_local_currency_edits primary key (code, edit),
    constraint ck_local_currency_edits__kind check (kind in ('terms', 'perimeter', 'network'))
);

create table local_currency_terms (
    code text not null,
    edit integer not null,
    name text not null,
    issuer_name text not null,
    issuer_identifier text not null,
    issuer_iban text not null,
    retired_on date,
    constraint pk_local_currency_terms primary key (code, edit),
    constraint ck_local_currency_terms__issuer_identifier check
        (issuer_identifier ~ '^([0-9]{9}|W[0-9][0-9A-Z][0-9]{7})$')
);

create table local_currency_communes (
    code text not null,
    edit integer not null,
    commune text not null,
    territory text not null,
    constraint pk_local_currency_communes primary key (code, edit, commune),
    constraint ck_local_currency_communes__commune check (commune ~ '^([0-9]{2}|2[AB])[0-9]{3}$')
);

create table local_currency_acceptors (
    code text not null,
    edit integer not null,
    identifier text not null,
    name text not null,
    organisation_id uuid,
    accepts_from date not null,
    accepts_until date,
    constraint pk_local_currency_acceptors primary key (code, edit, identifier),
    constraint ck_local_currency_acceptors__identifier check (identifier ~ '^([0-9]{9}|W[0-9][0-9A-Z][0-9]{7})$'),
    constraint ck_local_currency_acceptors__days check (accepts_until is null or accepts_until >= accepts_from)
);

create table conversions (
    territory text not null,
    conversion_id uuid not null,
    fund text not null,
    local_currency text not null,
    amount_minor bigint not null,
    issuer_name text not null,
    issuer_iban text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    from_seq bigint,
    from_offset_minor bigint,
    through_seq bigint,
    through_offset_minor bigint,
    paid_on date,
    units_minor bigint,
    received_on date,
    issuer_reference text,
    proof_sha256 text,
    recorded_by uuid,
    changed_at timestamptz not null,
    constraint pk_conversions primary key (territory, conversion_id),
    constraint uq_conversions__conversion_id unique (conversion_id),
    constraint ck_conversions__state check (state in ('ordered', 'committed', 'paid', 'received', 'cancelled')),
    constraint ck_conversions__amount_minor check (amount_minor > 0),
    constraint ck_conversions__two_persons check (confirmed_by is null or confirmed_by <> ordered_by),
    constraint ck_conversions__confirmed check
        ((state in ('committed', 'paid', 'received')) = (confirmed_by is not null)),
    constraint ck_conversions__marks check
        (num_nonnulls(from_seq, from_offset_minor, through_seq, through_offset_minor)
            = case when confirmed_by is null then 0 else 4 end
            and (from_seq, from_offset_minor) <= (through_seq, through_offset_minor)),
    constraint ck_conversions__paid check ((state in ('paid', 'received')) = (paid_on is not null)),
    constraint ck_conversions__received check
        (num_nonnulls(units_minor, received_on, issuer_reference, proof_sha256, recorded_by)
            = case when state = 'received' then 5 else 0 end),
    constraint ck_conversions__parity check (units_minor = amount_minor),
    constraint ck_conversions__proof_sha256 check (proof_sha256 ~ '^[0-9a-f]{64}$')
);
create index ix_conversions__through_seq on conversions (territory, fund, through_seq) where through_seq is not null;

create table local_currency_deliveries (
    territory text not null,
    delivery_id uuid not null,
    fund text not null,
    local_currency text not null,
    amount_minor bigint not null,
    payee_identifier text not null,
    payee_name text not null,
    decision_reference text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    delivered_on date,
    issuer_reference text,
    proof_sha256 text,
    recorded_by uuid,
    changed_at timestamptz not null,
    constraint pk_local_currency_deliveries primary key (territory, delivery_id),
    constraint uq_local_currency_deliveries__delivery_id unique (delivery_id),
    constraint ck_local_currency_deliveries__state check
        (state in ('ordered', 'confirmed', 'delivered', 'cancelled')),
    constraint ck_local_currency_deliveries__amount_minor check (amount_minor > 0),
    constraint ck_local_currency_deliveries__two_persons check (confirmed_by is null or confirmed_by <> ordered_by),
    constraint ck_local_currency_deliveries__confirmed check
        (case state when 'ordered' then confirmed_by is null when 'cancelled' then true
            else confirmed_by is not null end),
    constraint ck_local_currency_deliveries__confirmed_at check ((confirmed_by is null) = (confirmed_at is null)),
    constraint ck_local_currency_deliveries__delivered check
        (num_nonnulls(delivered_on, issuer_reference, proof_sha256, recorded_by)
            = case when state = 'delivered' then 4 else 0 end),
    constraint ck_local_currency_deliveries__proof_sha256 check (proof_sha256 ~ '^[0-9a-f]{64}$')
);

create trigger tr_local_currencies__append_only before update or delete or truncate on local_currencies
    for each statement execute function refuse_change();
create trigger tr_local_currency_edits__append_only before update or delete or truncate on local_currency_edits
    for each statement execute function refuse_change();
create trigger tr_local_currency_terms__append_only before update or delete or truncate on local_currency_terms
    for each statement execute function refuse_change();
create trigger tr_local_currency_communes__append_only before update or delete or truncate on local_currency_communes
    for each statement execute function refuse_change();
create trigger tr_local_currency_acceptors__append_only before update or delete or truncate on local_currency_acceptors
    for each statement execute function refuse_change();

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke update, delete, truncate on local_currencies, local_currency_edits, local_currency_terms,
            local_currency_communes, local_currency_acceptors from ledger_app;
        revoke delete, truncate on conversions, local_currency_deliveries from ledger_app;
    end if;
end $$;
