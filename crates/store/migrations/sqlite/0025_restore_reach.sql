-- Whom the objects reach that a frozen plan writes: counted by the preview, so that a page does not have to look into them. Of every
-- plan there is the row of those that are assigned to nobody.
create table restore_reach (
  restore_id blob not null references restores (id) on delete cascade,
  kind text not null,
  group_id text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  objects integer not null,
  primary key (restore_id, kind, group_id)
) strict;

-- Where secrets are that Microsoft does not give out, of what was chosen when the checks were made.
create table restore_secret_places (
  restore_id blob not null references restores (id) on delete cascade,
  number integer not null,
  pointer text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  place text not null,
  needed integer not null,
  primary key (restore_id, number, pointer)
) strict;
