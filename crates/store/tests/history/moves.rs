//! Every move of a run, as a trigger of the database saw it.

use model::run::{Outcome, Status, may_move};
use store::Backend;
use testkit::stores::TestStore;

/// Records every change of status or outcome in a table of its own.
pub(super) async fn record_moves(t: &TestStore) {
    let record = match t.store.backend() {
        Backend::Sqlite => {
            "create table moves (was text, status text, outcome text);
             create trigger recorded_new after insert on operation_runs begin
               insert into moves values ('new', new.status, new.outcome); end;
             create trigger recorded_move after update on operation_runs
               when old.status <> new.status or old.outcome <> new.outcome begin
               insert into moves values (old.status, new.status, new.outcome); end"
        }
        Backend::Postgres => {
            "create table moves (was text, status text, outcome text);
             create function recorded() returns trigger language plpgsql as $$ begin
               if tg_op = 'INSERT' then insert into moves values ('new', new.status, new.outcome);
               elsif old.status <> new.status or old.outcome <> new.outcome then
                 insert into moves values (old.status, new.status, new.outcome);
               end if; return null; end $$;
             create trigger recorded after insert or update on operation_runs for each row execute function recorded()"
        }
    };
    t.execute(record).await;
}

pub(super) async fn only_allowed_moves(t: &TestStore) {
    let moves = t.texts("select distinct was || ' ' || status || ' ' || outcome from moves").await;
    assert!(moves.len() >= 8, "the histories try little: {moves:?}");
    for line in moves {
        let words: Vec<&str> = line.split(' ').collect();
        let from = (words[0] != "new").then(|| Status::from_code(words[0]));
        let to = (Status::from_code(words[1]), Outcome::from_code(words[2]));
        assert!(may_move(from, to), "s1: {line}");
    }
}
