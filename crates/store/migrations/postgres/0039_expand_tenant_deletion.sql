-- Tenants that are removed for good, a part at a time.

-- Set when the first part goes; from then on the tenant is not taken out of the archive any more.
alter table tenants add column deleting_since timestamptz;

-- A version goes with its tenant, and not before: with one that is being removed, or is gone.
create or replace function policy_versions_append_only() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then
    if not exists (select 1 from tenants where id = old.tenant_id and deleting_since is null) then return old; end if;
  end if;
  raise exception 'policy versions are append-only';
end $$;
