-- What the service may have done to many objects at once: told on one card until somebody says whose doing it is.

-- The property that came or went as a whole (+ or - and its value), and the same while the finding is told on a card.
alter table findings add column shape text;
alter table findings add column fold text;
create index findings_fold on findings (tenant_id, resource_type, property) where fold is not null;

-- What somebody said: service (it is the service's doing, for good) or apart (each is told by itself). Null: a check noticed it.
alter table drift_service_fields add column decision text;
alter table drift_service_fields add column decided_by uuid references users (id) on delete set null;
create index drift_service_fields_by on drift_service_fields (decided_by) where decided_by is not null;
