-- Contents in an object storage: which object holds one whose bytes are empty here, and how many bytes that are.
alter table blobs add column moved_to text;
alter table blobs add column packed_size integer;
create index blobs_here on blobs (created_at, workspace_id, hash) where length(bytes) > 0;
create index blobs_moved on blobs (workspace_id, hash) where moved_to is not null;

-- Objects of the storage to which no content refers: one that is about to be written, or one whose content is gone. Without a
-- workspace to hang on: it outlives it.
create table blob_objects (
  object text primary key not null,
  workspace_id blob not null,
  hash text not null,
  -- No value: whoever looks next says.
  since text,
  removing integer not null
) strict;
create index blob_objects_since on blob_objects (since, object);
create index blob_objects_hash on blob_objects (workspace_id, hash);

-- Whoever removes a content, also with all else of its workspace, leaves word of its object.
create trigger blobs_gone after delete on blobs when old.moved_to is not null begin
  insert into blob_objects (object, workspace_id, hash, removing) values (old.moved_to, old.workspace_id, old.hash, false)
    on conflict (object) do nothing;
end;
