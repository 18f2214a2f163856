//! People who can sign in.

use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::access::{Operator, SignedIn};
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
    /// Whether a code is asked for after the password.
    pub second_factor: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    password_hash: Option<String>,
    second_factor: bool,
}

impl Users<'_> {
    /// The person with that mail address (in [`model::user::normal_email`] form), for checking a password; disabled ones are nobody.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn for_sign_in(&self, email: &str) -> Result<Option<SignInRecord>> {
        const RECORD: &str = "select u.id, u.email, u.name, u.password_hash, t.enabled_at is not null as second_factor
          from users u left join user_totp t on t.user_id = u.id where u.email = $1 and u.disabled_at is null";
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(RECORD).bind(email)).await?;
        db.end().await?;
        Ok(row.map(|row| SignInRecord {
            user: User { id: UserId::from_uuid(row.id), email: row.email, name: row.name },
            password_hash: row.password_hash.map(SecretString::from),
            second_factor: row.second_factor,
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

    /// Disables a person: they cannot sign in, and whatever they had open ends. Nothing of theirs is removed.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when nobody has this mail address.
    pub async fn disable(&self, _: &Operator, email: &str) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let disable = "update users set disabled_at = coalesce(disabled_at, $now) where email = $1 returning id";
        let (id,): (Uuid,) = tx.optional(sql(disable).bind(email)).await?.ok_or(StoreError::NotVisible)?;
        for text in [
            "delete from sessions where user_id = $1",
            "delete from second_steps where user_id = $1",
            "delete from password_links where user_id = $1",
        ] {
            tx.exec(sql(text).bind(id)).await?;
        }
        tx.commit(&Actor::operator(None, None), AuditEntry::done(Action::UserDisable).on("user", id)).await
    }

    /// Lets a disabled person sign in again.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when nobody has this mail address.
    pub async fn enable(&self, _: &Operator, email: &str) -> Result<()> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let enable = "update users set disabled_at = null where email = $1 returning id";
        let (id,): (Uuid,) = tx.optional(sql(enable).bind(email)).await?.ok_or(StoreError::NotVisible)?;
        tx.commit(&Actor::operator(None, None), AuditEntry::done(Action::UserEnable).on("user", id)).await
    }

    /// Changes what the person is called.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is no name ([`model::name::name`]).
    pub async fn rename(&self, who: &SignedIn, name: &str) -> Result<()> {
        let name = model::name::name(name).map_err(|_| StoreError::Conflict("a name has 1 to 100 characters, in one line"))?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("update users set name = $2 where id = $1").bind(who.user().id).bind(name)).await?;
        let entry = AuditEntry::done(Action::UserRename).on("user", who.user().id.uuid());
        tx.commit(&who.actor(), entry).await
    }
}
