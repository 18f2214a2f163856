-- A baseline that follows a tenant (golden tenant): the types of which it takes new objects; none: all.

alter table baselines add column follows_types text not null default '[]';
