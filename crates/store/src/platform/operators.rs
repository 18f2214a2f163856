//! Operators of the installation: adding, one-time links, disabling. Never the last one who can sign in.

use model::audit::{Action, AuditEntry};
use model::ids::OperatorId;
use model::platform::Operator as Account;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::Platform;
use super::glass::end_of_operator;
use crate::access::{Operator, PlatformScope};
use crate::audit::Actor;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;
use crate::token;

/// Operators that a list holds at most.
const MOST: u32 = 500;

/// How a new operator comes to sign in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// By a password: its Argon2id hash in PHC form.
    PasswordHash(SecretString),
    /// By choosing one at a one-time link.
    Link,
}

/// What sign-in needs to check a password. Not a proof of anything.
#[derive(Debug)]
pub struct OperatorRecord {
    /// Whose it is.
    pub operator: Account,
    /// Argon2id hash in PHC form; `None` when they have not chosen a password.
    pub password_hash: Option<SecretString>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    password_hash: Option<String>,
    link_expires_at: Option<DbTime>,
    created_at: DbTime,
    last_sign_in_at: Option<DbTime>,
    disabled_at: Option<DbTime>,
}

macro_rules! columns {
    () => {
        "id, email, name, password_hash, link_expires_at, created_at, last_sign_in_at, disabled_at"
    };
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: OperatorId::from_uuid(row.id),
            email: row.email,
            name: row.name,
            created_at: row.created_at.0,
            last_sign_in_at: row.last_sign_in_at.map(|at| at.0),
            link_until: row.link_expires_at.map(|at| at.0),
            has_password: row.password_hash.is_some(),
            disabled_at: row.disabled_at.map(|at| at.0),
        }
    }
}

const BY_LINK: &str = concat!(
    "select ",
    columns!(),
    " from platform_operators where link_hash = $1 and link_expires_at > $now and disabled_at is null"
);

impl Platform<'_> {
    /// The operators, those in use first, then by mail address; at most 500.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn operators(&self, _: &PlatformScope) -> Result<Vec<Account>> {
        const LIST: &str = concat!(
            "select ",
            columns!(),
            " from platform_operators order by case when disabled_at is null then 0 else 1 end, email limit $1"
        );
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<Row> = db.all(sql(LIST).bind(MOST)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`].
    pub async fn operator(&self, _: &PlatformScope, id: OperatorId) -> Result<Account> {
        const FIND: &str = concat!("select ", columns!(), " from platform_operators where id = $1");
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(id)).await?;
        db.end().await?;
        row.map(Account::from).ok_or(StoreError::NotVisible)
    }

    /// The operator with that mail address (in [`model::user::normal_email`] form) who is not disabled, for checking a password.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn for_sign_in(&self, email: &str) -> Result<Option<OperatorRecord>> {
        const FIND: &str = concat!("select ", columns!(), " from platform_operators where email = $1 and disabled_at is null");
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(FIND).bind(email)).await?;
        db.end().await?;
        Ok(row.map(|mut row| {
            let password_hash = row.password_hash.clone().map(SecretString::from);
            // A copy of the hash is not kept beside it.
            row.password_hash = row.password_hash.map(|_| String::new());
            OperatorRecord { operator: row.into(), password_hash }
        }))
    }

    /// Adds an operator from the machine's command line: the way to the first one. The text of the one-time link, if one was asked for.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the mail address is taken.
    pub async fn add(&self, _: &Operator, email: &str, name: &str, by: Credential) -> Result<Option<SecretString>> {
        self.insert(&Actor::operator(None, None), email, name, by).await
    }

    /// Adds an operator, who chooses a password at the one-time link that is given back.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the mail address is taken.
    pub async fn invite(&self, scope: &PlatformScope, email: &str, name: &str) -> Result<SecretString> {
        let link = self.insert(&scope.actor(), email, name, Credential::Link).await?;
        link.ok_or(StoreError::Corrupt("a link was asked for"))
    }

    async fn insert(&self, actor: &Actor, email: &str, name: &str, by: Credential) -> Result<Option<SecretString>> {
        const INSERT: &str =
            "insert into platform_operators (id, email, name, password_hash, link_hash, link_expires_at, created_at)
          values ($1, $2, $3, $4, $5, case when $5 is null then null else $after(6) end, $now) on conflict (email) do nothing";
        let id = OperatorId::generate();
        let (password, link) = match by {
            Credential::PasswordHash(hash) => (Some(hash.expose_secret().to_owned()), None),
            Credential::Link => (None, Some(token::new()?)),
        };
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let insert = sql(INSERT)
            .bind(id)
            .bind(email)
            .bind(name)
            .bind(password)
            .bind(link.as_ref().map(|link: &SecretString| token::hash(link.expose_secret())))
            .bind(Account::LINK);
        if tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict("an operator with this mail address exists already"));
        }
        tx.commit(actor, AuditEntry::done(Action::OperatorAdd).on("operator", id.uuid())).await?;
        Ok(link)
    }

    /// Gives an operator who is not disabled a new one-time link; an earlier one is worth nothing any more.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such operator, or they are disabled.
    pub async fn new_link(&self, scope: &PlatformScope, id: OperatorId) -> Result<SecretString> {
        const RENEW: &str = "update platform_operators set link_hash = $2, link_expires_at = $after(3)
          where id = $1 and disabled_at is null";
        let link = token::new()?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        if tx.exec(sql(RENEW).bind(id).bind(token::hash(link.expose_secret())).bind(Account::LINK)).await? == 0 {
            return Err(StoreError::NotVisible);
        }
        tx.commit(&scope.actor(), AuditEntry::done(Action::OperatorLink).on("operator", id.uuid())).await?;
        Ok(link)
    }

    /// Whose one-time link it is, while it is good.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a link that is unknown, used or too old.
    pub async fn link_holder(&self, link: &SecretString) -> Result<Account> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let row: Option<Row> = db.optional(sql(BY_LINK).bind(token::hash(link.expose_secret()))).await?;
        db.end().await?;
        row.map(Account::from).ok_or(StoreError::NotVisible)
    }

    /// Sets the password of the link's holder. The link is used up, and their sessions end.
    ///
    /// # Errors
    /// As [`Platform::link_holder`].
    pub async fn set_password(&self, link: &SecretString, password_hash: &SecretString) -> Result<()> {
        const USE: &str = "update platform_operators set password_hash = $2, link_hash = null, link_expires_at = null
          where link_hash = $1 and link_expires_at > $now and disabled_at is null returning id";
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let using = sql(USE).bind(token::hash(link.expose_secret())).bind(password_hash.expose_secret().to_owned());
        let found: Option<(Uuid,)> = tx.optional(using).await?;
        let (id,) = found.ok_or(StoreError::NotVisible)?;
        let (id, actor) = (OperatorId::from_uuid(id), Actor::of_operator(OperatorId::from_uuid(id)));
        out(&mut tx, &actor, id).await?;
        tx.commit(&actor, AuditEntry::done(Action::OperatorPassword).on("operator", id.uuid())).await
    }

    /// Disables an operator: their sessions end, and what they have open is closed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they are the last one who can sign in, or disabled already. [`StoreError::NotVisible`].
    pub async fn disable(&self, scope: &PlatformScope, id: OperatorId) -> Result<()> {
        self.switch_off(&scope.actor(), id).await
    }

    /// As [`Platform::disable`], from the machine's command line, by mail address.
    ///
    /// # Errors
    /// As [`Platform::disable`].
    pub async fn disable_named(&self, _: &Operator, email: &str) -> Result<()> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Option<(Uuid,)> = db.optional(sql("select id from platform_operators where email = $1").bind(email)).await?;
        db.end().await?;
        let (id,) = found.ok_or(StoreError::NotVisible)?;
        self.switch_off(&Actor::operator(None, None), OperatorId::from_uuid(id)).await
    }

    async fn switch_off(&self, actor: &Actor, id: OperatorId) -> Result<()> {
        const LEFT: &str = "select count(*) from platform_operators where disabled_at is null and password_hash is not null";
        const DISABLE: &str = "update platform_operators set disabled_at = $now, link_hash = null, link_expires_at = null
          where id = $1 and disabled_at is null";
        const KNOWN: &str = "select count(*) from platform_operators where id = $1";
        // One after the other: of two who disable each other, the second finds one left.
        let mut tx = self.0.db().write_alone(&Reach::system()).await?;
        let (before,): (i64,) = tx.one(sql(LEFT)).await?;
        if tx.exec(sql(DISABLE).bind(id)).await? == 0 {
            let (known,): (i64,) = tx.one(sql(KNOWN).bind(id)).await?;
            let already = StoreError::Conflict("this operator is disabled already");
            return Err(if known == 0 { StoreError::NotVisible } else { already });
        }
        let (left,): (i64,) = tx.one(sql(LEFT)).await?;
        if left == 0 && before > 0 {
            return Err(StoreError::Conflict("an installation keeps at least one operator who can sign in"));
        }
        out(&mut tx, actor, id).await?;
        tx.commit(actor, AuditEntry::done(Action::OperatorDisable).on("operator", id.uuid())).await
    }
}

/// Ends the operator's sessions, and closes what they have open.
async fn out(tx: &mut Tx, actor: &Actor, id: OperatorId) -> Result<()> {
    end_of_operator(tx, actor, id, "signed_out").await?;
    tx.exec(sql("delete from platform_sessions where operator_id = $1").bind(id)).await?;
    Ok(())
}
