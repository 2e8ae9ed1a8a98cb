"""What public figures are compared with later: the counts behind each restitution, what each investors' roll shows.

Those of older restitutions were not kept. Today's stand for them: who answered since is counted as if already there, so
that too many groups are hidden rather than too few. Older rolls showed the total and every territory of ten persons or
more, but for the smallest of them where what was left out was one territory, or a few persons.
"""

from shared.database.plumbing import run_script

revision = "0026"
down_revision = "0025"

PUBLIC_COUNTS = """
alter table survey_restitutions add column counts jsonb;
update survey_restitutions set counts = coalesce((
    select jsonb_agg(jsonb_build_array(territory, question_id, option_id, crossed_option_id, responses))
    from survey_counts where survey_counts.version = survey_restitutions.version and responses > 0
), '[]');
alter table survey_restitutions alter column counts set not null;

alter table investor_rolls add column is_total_public boolean;
update investor_rolls set is_total_public = person_count >= 10;
alter table investor_rolls alter column is_total_public set not null;

alter table investor_roll_counts add column is_public boolean;
update investor_roll_counts as count set is_public = count.person_count >= 10 and not (
    not exists (
        select from investor_roll_counts as smaller
        where smaller.roll_id = count.roll_id and smaller.person_count >= 10
            and (smaller.person_count, smaller.territory collate "C")
                < (count.person_count, count.territory collate "C")
    )
    and exists (
        select from investor_roll_counts as small
        where small.roll_id = count.roll_id and small.person_count < 10
        having count(*) = 1 or sum(small.person_count) between 1 and 9
    )
);
alter table investor_roll_counts alter column is_public set not null;
"""


def upgrade() -> None:
    run_script(PUBLIC_COUNTS)
