-- Which commit of the tenant's Git mirror a set is, and by which run.
alter table backup_sets add column mirrored_at timestamptz;
alter table backup_sets add column mirror_commit text;
alter table backup_sets add column mirror_operation_run_id uuid references operation_runs (id) on delete set null;
create index backup_sets_mirror_run on backup_sets (mirror_operation_run_id) where mirror_operation_run_id is not null;
