-- What was taken over from databases of earlier installations: which row became what. It stays when what came of it is removed, so
-- that nothing comes back, and it is how the number of an older run is still understood.

create table adoption_sources (
  name text primary key not null,
  fingerprint text not null,
  begun_at text not null,
  completed_at text
) strict;

create table adopted_records (
  source text not null references adoption_sources (name),
  kind text not null,
  old_id text not null,
  new_id blob not null,
  adopted_at text not null,
  primary key (source, kind, old_id)
) strict;
create index adopted_records_number on adopted_records (old_id) where kind = 'operation_runs';
