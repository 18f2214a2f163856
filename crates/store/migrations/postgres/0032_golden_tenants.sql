-- A baseline that follows a tenant (golden tenant): the types of which it takes new objects; none: all. Null: it never followed one.

alter table baselines add column follows_types jsonb;
