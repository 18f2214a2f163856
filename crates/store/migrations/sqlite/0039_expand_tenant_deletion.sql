-- Tenants that are removed for good, a part at a time.

-- Set when the first part goes; from then on the tenant is not taken out of the archive any more.
alter table tenants add column deleting_since text;

-- A version goes with its tenant, and not before: with one that is being removed, or is gone.
drop trigger policy_versions_no_delete;
create trigger policy_versions_no_delete before delete on policy_versions
  when exists (select 1 from tenants where id = old.tenant_id and deleting_since is null)
  begin select raise(abort, 'policy versions are append-only'); end;
