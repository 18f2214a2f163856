-- Links: what the latest content of each item refers to, in the order in which it was found. An item that is gone has none.
create table object_links (
  item_id blob not null references inventory_items (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob not null references tenants (id) on delete cascade,
  kind text not null,
  to_type text not null,
  to_id text not null,
  pointer text not null,
  assignment integer,
  primary key (item_id, number)
) strict;
create index object_links_to on object_links (tenant_id, to_type, to_id, item_id, number);

-- How the links of an item were made. Empty: not at all, as with everything that was there before.
alter table inventory_items add column links_form text not null default '';
create index inventory_items_links on inventory_items (links_form, tenant_id);

-- When the latest pass over the directory that came to its end began.
alter table directory_state add column complete_from text;

-- Which groups are referred to stands among the links.
drop table directory_references;
drop table directory_scans;
