-- The chart of accounts, which the treasury writes: what is there now, and every change of it.

create table accounts (
    number text not null,
    label text not null,
    meaning text not null,
    opened_on date not null,
    closed_on date,
    constraint pk_accounts primary key (number),
    constraint ck_accounts__number check (number ~ '^[1-8][0-9]{2}[0-9A-Z]{3}$'),
    constraint ck_accounts__label check (label <> '')
);

create table account_changes (
    change_id uuid not null,
    number text not null,
    label text not null,
    meaning text not null,
    is_open boolean not null,
    reason text not null,
    changed_by uuid,
    changed_at timestamptz not null,
    constraint pk_account_changes primary key (change_id),
    constraint fk_account_changes__number foreign key (number) references accounts (number)
);
create trigger tr_account_changes__append_only before update or delete or truncate on account_changes
    for each statement execute function refuse_change();
create trigger tr_accounts__kept before delete or truncate on accounts
    for each statement execute function refuse_change();

insert into accounts (number, label, meaning, opened_on)
select number, label, meaning, current_date from (values
    ('101300', 'Parts sociales', 'Reçu pour des parts d’une coopérative du mouvement.'),
    ('110000', 'Report à nouveau', 'Ce que le compte de banque contenait avant le premier relevé.'),
    ('167100', 'Titres participatifs', 'Reçu pour des titres qui portent intérêt.'),
    ('168100', 'Prêts reçus de l’épargne', 'Reçu en prêt, à rendre.'),
    ('181000', 'Comptes de liaison entre territoires', 'Zéro sur tous les territoires : ce qui a quitté le niveau national et n’est pas encore arrivé.'),
    ('186000', 'Parts d’enveloppe cédées à d’autres territoires', 'Parts d’enveloppe qu’un territoire a cédées à un autre.'),
    ('187000', 'Parts d’enveloppe reçues d’autres territoires', 'Parts d’enveloppe qu’un territoire a reçues d’un autre.'),
    ('274000', 'Prêts et participations', 'Versé à des projets en prêt ou en participation.'),
    ('274900', 'Prêts et participations, remboursements reçus', 'Ce que des projets ont rendu ; avec le compte 274000, ce qui reste dû.'),
    ('467100', 'Sommes à souscrire auprès d’organisations nommées', 'Reçu pour souscrire ailleurs, au nom de qui épargne.'),
    ('467200', 'Émetteurs de monnaies locales, conversions en cours', 'Remis à un émetteur de monnaie locale, pas encore converti.'),
    ('471000', 'Compte d’attente', 'Lignes de banque que rien n’explique encore (niveau national).'),
    ('512100', 'Banque', 'Le compte de banque : sur tous les territoires, le solde du dernier relevé.'),
    ('588000', 'Conversion en monnaies locales', 'Passage d’une monnaie à l’autre : la contrevaleur des conversions, dans chaque monnaie.'),
    ('627000', 'Services bancaires', 'Frais de la banque.'),
    ('657100', 'Aides financières octroyées', 'Aides versées à des projets.'),
    ('657200', 'Aides octroyées en monnaies locales', 'Aides versées à des projets en monnaie locale.'),
    ('754110', 'Dons manuels', 'Dons reçus, à dépenser en euros.'),
    ('754190', 'Dons, part en monnaies locales', 'Dons reçus, mis de côté pour être convertis (Action 21).'),
    ('762000', 'Intérêts des prêts et participations', 'Intérêts que des projets ont payés.'),
    ('801100', 'Enveloppe réservée', 'Retenu pour des versements demandés ; ce n’est pas de l’argent qui bouge.'),
    ('801200', 'Enveloppe engagée', 'Confirmé par deux personnes, pas encore débité par la banque.'),
    ('802100', 'Promesses reçues', 'Promis ; ne compte jamais dans « reçu ».'),
    ('802200', 'Lettres d’intention', 'Ce que des gens feraient ; ne compte pas dans « promis ».'),
    ('802300', 'Promesses sous condition', 'Promis sous une condition qui n’est pas remplie : ni promis, ni reçu.'),
    ('809100', 'Contrepartie des promesses reçues', 'L’opposé du compte 802100.'),
    ('809200', 'Contrepartie des enveloppes', 'L’opposé des comptes 801100 et 801200.'),
    ('809300', 'Contrepartie des lettres d’intention', 'L’opposé du compte 802200.'),
    ('809400', 'Contrepartie des promesses sous condition', 'L’opposé du compte 802300.')
) as of_flows (number, label, meaning);
insert into account_changes (change_id, number, label, meaning, is_open, reason, changed_at)
    select gen_random_uuid(), number, label, meaning, true, 'Plan de départ', now() from accounts;

alter table entry_lines drop constraint ck_entry_lines__account;
alter table entry_lines add constraint ck_entry_lines__named
    check (territory <> '' and fund <> '' and instrument <> '');

create or replace function check_balanced() returns trigger language plpgsql
    set enable_seqscan = off as $$
begin
    -- One pass: every entry is in euros, names open accounts of the chart, sums to zero with and without its memo
    -- lines, and is numbered from 1; and the entries of each territory follow one another, and as many are there.
    if not exists (
        select from (
            select territory, min(seq) as first, max(seq) as last, count(*) as entries,
                bool_and(euros = lines and known = lines and lines >= 2 and first = 1 and last = lines
                    and total = 0 and coalesce(memo, 0) = 0) as are_sound
            from (
                select territory, seq, min(line) as first, max(line) as last, count(*) as lines,
                    sum(amount_minor) as total, sum(amount_minor) filter (where account like '8%') as memo,
                    count(*) filter (where currency = 'EUR') as euros,
                    count(*) filter (
                        where account in (select number from accounts where closed_on is null)
                    ) as known
                from added group by territory, seq
            ) as entry
            group by territory
        ) as run
        where not are_sound or entries <> last - first + 1 or entries <> (
            select count(*) from journal_entries e
            where e.territory = run.territory and e.seq between run.first and run.last
        )
    ) then
        return null;
    end if;
    if exists (
        select from added where account not in (select number from accounts where closed_on is null)
    ) then
        raise exception 'unknown account: a line names an account that the chart does not have, or that is closed';
    end if;
    if exists (
        select from added
        group by territory, seq, currency, account like '8%'
        having sum(amount_minor) <> 0
    ) then
        raise exception 'unbalanced: the lines of an entry do not sum to zero';
    end if;
    if exists (
        select from (
            select territory, seq, min(line) as first, max(line) as last, count(*) as lines
            from added group by territory, seq
        ) as entry
        where first <> 1 or last <> lines or lines < 2 or 1 <> (
            select count(*) from journal_entries e where e.territory = entry.territory and e.seq = entry.seq
        )
    ) then
        raise exception 'incomplete: an entry is there, and all its lines come together, numbered from 1';
    end if;
    return null;
end $$;

do $$
begin
    if exists (select from pg_roles where rolname = 'ledger_app') then
        revoke delete, truncate on accounts from ledger_app;
        revoke update, delete, truncate on account_changes from ledger_app;
    end if;
end $$;
