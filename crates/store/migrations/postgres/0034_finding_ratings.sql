-- What workspaces say themselves of how much findings matter, and until when something is to be done about them.

create table finding_ratings (
  workspace_id uuid primary key references workspaces (id) on delete cascade,
  rules jsonb not null,
  due_days jsonb not null,
  revision bigint not null,
  changed_at timestamptz not null
);
alter table finding_ratings enable row level security;
alter table finding_ratings force row level security;
create policy scope on finding_ratings using ((select app_system()) or workspace_id = (select app_workspace()));

-- The revision by which a finding was rated; 0: by the table of the program alone.
alter table findings add column rated bigint not null default 0;
