//! People. Their passwords are not taken over: they sign in through a provider, or get a link for a new one.

use model::time::Moment;
use uuid::Uuid;

use super::kind::{Kind, Plan, Planned};
use super::known::Known;
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::values;
use crate::db::{Result, Tx};
use crate::sealed::Keyring;

/// People.
pub(super) struct Users;

/// A person to be added.
pub(super) struct Row {
    id: Uuid,
    email: String,
    name: String,
    created_at: Option<Moment>,
}

fn name(old: &Old) -> String {
    old.text("name").or_else(|| old.text("email")).unwrap_or_default().chars().take(200).collect()
}

impl Kind for Users {
    const SHAPE: &'static Shape = &shape::USERS;
    const HERE: Option<&'static str> = Some("users");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, _: &mut Table) -> Planned<Row> {
        let email = old.text("email").filter(|email| email.contains('@')).ok_or("no e-mail address")?.to_lowercase();
        // Whoever is here under that address is the same person.
        if let Some(same) = known.by_email.get(&email) {
            return Ok(Plan::Same(*same));
        }
        known.by_email.insert(email.clone(), id);
        Ok(Plan::New(Row { id, email, name: name(old), created_at: old.time("created_at") }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        known.users.insert(old_id.to_owned(), (id, name(old)));
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        const HEAD: &str = "insert into users (id, email, name, created_at) values ";
        let row = |statement: crate::sql::Sql, row: &Row| {
            statement
                .push_bind("", row.id)
                .push_bind(", ", row.email.as_str())
                .push_bind(", ", row.name.as_str())
                .push_bind(", coalesce(", row.created_at)
                .push(", $now)")
        };
        values::insert(tx, HEAD, rows, row, "").await
    }
}
