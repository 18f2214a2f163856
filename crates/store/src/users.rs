//! People who can sign in.

use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::access::Operator;
use crate::audit::Actor;
use crate::db::Result;
use crate::error::StoreError;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// People.
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(pub(crate) &'a Store);

/// What sign-in needs to check a password. Not a proof of anything.
#[derive(Debug)]
pub struct SignInRecord {
    /// Whose it is.
    pub user: User,
    /// Argon2id hash in PHC form; `None` when the person has no local password.
    pub password_hash: Option<SecretString>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    password_hash: Option<String>,
}

impl Users<'_> {
    /// The person with that mail address (in [`model::user::normal_email`] form), for checking a password.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn for_sign_in(&self, email: &str) -> Result<Option<SignInRecord>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> =
            db.optional(sql("select id, email, name, password_hash from users where email = $1").bind(email)).await?;
        db.end().await?;
        Ok(row.map(|row| SignInRecord {
            user: User { id: UserId::from_uuid(row.id), email: row.email, name: row.name },
            password_hash: row.password_hash.map(SecretString::from),
        }))
    }

    /// Adds a person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the mail address is taken.
    pub async fn add(&self, _: &Operator, email: &str, name: &str, password_hash: Option<&SecretString>) -> Result<User> {
        let user = User { id: UserId::generate(), email: email.to_owned(), name: name.to_owned() };
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let insert = sql("insert into users (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $now)
            on conflict (email) do nothing")
        .bind(user.id)
        .bind(email)
        .bind(name)
        .bind(password_hash.map(|hash| hash.expose_secret().to_owned()));
        if tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict("a user with this mail address exists already"));
        }
        let entry = AuditEntry::done(Action::UserAdd).on("user", user.id.uuid());
        tx.commit(&Actor::operator(None, None), entry).await?;
        Ok(user)
    }
}
