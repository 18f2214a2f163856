-- What workspaces say themselves of how much findings matter, and until when something is to be done about them.

create table finding_ratings (
  workspace_id blob primary key not null references workspaces (id) on delete cascade,
  rules text not null,
  due_days text not null,
  revision integer not null,
  changed_at text not null
) strict;

-- The revision by which a finding was rated; 0: by the table of the program alone.
alter table findings add column rated integer not null default 0;
