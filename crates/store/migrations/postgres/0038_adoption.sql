-- What was taken over from databases of earlier installations: which row became what. It stays when what came of it is removed, so
-- that nothing comes back, and it is how the number of an older run is still understood.

create table adoption_sources (
  name text primary key,
  fingerprint text not null,
  begun_at timestamptz not null,
  completed_at timestamptz
);
alter table adoption_sources enable row level security;
alter table adoption_sources force row level security;
create policy scope on adoption_sources using ((select app_system()));

create table adopted_records (
  source text not null references adoption_sources (name),
  kind text not null,
  old_id text not null,
  new_id uuid not null,
  adopted_at timestamptz not null,
  primary key (source, kind, old_id)
);
create index adopted_records_number on adopted_records (old_id) where kind = 'operation_runs';
alter table adopted_records enable row level security;
alter table adopted_records force row level security;
create policy scope on adopted_records using ((select app_system()));
