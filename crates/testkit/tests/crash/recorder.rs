//! A recorder in the database itself: triggers write down every move of a run, every item and every event, with the state of
//! the run at that moment. What a process did that should not have is seen, whatever the process says.

use store::{Backend, Store};

/// A move of a run, an item or an event.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `run`, `item` or `event`.
    pub(crate) what: String,
    /// The run's id, in hexadecimal digits.
    pub(crate) run: String,
    /// For a run: where it was; for others: the status of the run.
    pub(crate) was: String,
    /// For a run: where it is; for others: the item's key or the event's code.
    pub(crate) is: String,
    /// The run's token.
    pub(crate) token: i64,
    /// For a run: the new holder; for an item: the attempts of the run and of the item.
    pub(crate) more: String,
}

const POSTGRES: &str = "
create table seen (n bigint generated always as identity, what text, run text, was text, now text, token bigint, more text);
create function see_run() returns trigger language plpgsql as $f$ begin
  if tg_op = 'INSERT' then
    insert into seen (what, run, was, now, token, more)
      values ('run', replace(new.id::text, '-', ''), '', new.status || '/' || new.outcome, new.lease_token, '');
  elsif old.status <> new.status or old.outcome <> new.outcome or old.lease_token <> new.lease_token
    or (old.status = 'completed' and old is distinct from new) then
    insert into seen (what, run, was, now, token, more) values ('run', replace(new.id::text, '-', ''),
      old.status || '/' || old.outcome, new.status || '/' || new.outcome, new.lease_token, coalesce(new.lease_owner, ''));
  end if;
  return null;
end $f$;
create trigger see_run after insert or update on operation_runs for each row execute function see_run();
create function see_item() returns trigger language plpgsql as $f$ begin
  insert into seen (what, run, was, now, token, more)
    select 'item', replace(r.id::text, '-', ''), r.status, new.item_key, r.lease_token, r.attempt || ' ' || new.attempt
    from operation_runs r where r.id = new.run_id;
  return null;
end $f$;
create trigger see_item after insert or update on operation_run_items for each row execute function see_item();
create function see_event() returns trigger language plpgsql as $f$ begin
  insert into seen (what, run, was, now, token, more)
    select 'event', replace(r.id::text, '-', ''), r.status, new.code, r.lease_token, '' from operation_runs r where r.id = new.run_id;
  return null;
end $f$;
create trigger see_event after insert on operation_run_events for each row execute function see_event();
create function see_schedule() returns trigger language plpgsql as $f$ begin
  if new.last_fired_at < old.last_fired_at then
    insert into seen (what, run, was, now, token, more) values ('schedule', replace(new.id::text, '-', ''), '', 'moved back', 0, '');
  end if;
  return null;
end $f$;
create trigger see_schedule after update on schedules for each row execute function see_schedule();
";

const SQLITE: &str = "
create table seen (n integer primary key, what text, run text, was text, now text, token integer, more text);
create trigger see_start after insert on operation_runs begin
  insert into seen (what, run, was, now, token, more)
    values ('run', lower(hex(new.id)), '', new.status || '/' || new.outcome, new.lease_token, '');
end;
create trigger see_run after update on operation_runs
  when old.status <> new.status or old.outcome <> new.outcome or old.lease_token <> new.lease_token
    or (old.status = 'completed' and (old.updated_at, old.completed_at, old.summary_counts, old.attempt)
      is not (new.updated_at, new.completed_at, new.summary_counts, new.attempt)) begin
  insert into seen (what, run, was, now, token, more) values ('run', lower(hex(new.id)),
    old.status || '/' || old.outcome, new.status || '/' || new.outcome, new.lease_token, coalesce(new.lease_owner, ''));
end;
create trigger see_item after insert on operation_run_items begin
  insert into seen (what, run, was, now, token, more)
    select 'item', lower(hex(r.id)), r.status, new.item_key, r.lease_token, r.attempt || ' ' || new.attempt
    from operation_runs r where r.id = new.run_id;
end;
create trigger see_event after insert on operation_run_events begin
  insert into seen (what, run, was, now, token, more)
    select 'event', lower(hex(r.id)), r.status, new.code, r.lease_token, '' from operation_runs r where r.id = new.run_id;
end;
create trigger see_schedule after update on schedules when new.last_fired_at < old.last_fired_at begin
  insert into seen (what, run, was, now, token, more) values ('schedule', lower(hex(new.id)), '', 'moved back', 0, '');
end;
";

/// Begins to record.
pub(crate) async fn begin(store: &Store) {
    let text = if store.backend() == Backend::Postgres { POSTGRES } else { SQLITE };
    store::testing::execute(store, text).await.expect("the recorder is installed");
}

/// What was recorded, in order. Of one run the order is that of its row's lock.
pub(crate) async fn read(store: &Store) -> Vec<Seen> {
    const ALL: &str = "select what || '|' || run || '|' || was || '|' || now || '|' || token || '|' || more from seen order by n";
    let rows = store::testing::texts(store, ALL, true).await.expect("what was recorded");
    let seen = |row: String| {
        let mut parts = row.split('|').map(str::to_owned);
        let mut next = || parts.next().expect("six parts");
        let (what, run, was, is) = (next(), next(), next(), next());
        Seen { what, run, was, is, token: next().parse().expect("a number"), more: next() }
    };
    rows.into_iter().map(seen).collect()
}
