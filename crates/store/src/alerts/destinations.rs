//! Destinations: made, changed and removed by people. What opens them is sealed and never shown again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::access::can;
use model::alert::{Destination, DestinationKind, MOST_DESTINATIONS, Mail, shown_address};
use model::audit::{Action, AuditEntry};
use model::ids::{AlertDestinationId, WorkspaceId};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::row::{DestinationRow, destinations};
use super::{Alerts, of_all};
use crate::access::Permit;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::sql;

/// Where alerts go, and what opens it. Checked by `model::alert` before it comes here.
#[derive(Debug, Clone)]
pub enum Target {
    /// Signed requests; without a key one is made.
    Webhook {
        /// The web address. `None`: what there is stays.
        address: Option<SecretString>,
        /// The key for signing, as `whsec_…`. `None`: what there is stays.
        key: Option<SecretString>,
    },
    /// Mail.
    Email {
        /// How.
        mail: Mail,
        /// The password. `None`: nobody signs in, or what there is stays.
        password: Option<SecretString>,
    },
    /// A workflow of Microsoft Teams.
    Teams {
        /// Its web address.
        address: SecretString,
    },
    /// An incoming webhook of Slack.
    Slack {
        /// Its web address.
        address: SecretString,
    },
}

/// A destination as somebody wants it.
#[derive(Debug, Clone)]
pub struct DestinationWish {
    /// What it is called.
    pub name: String,
    /// Whether it is on.
    pub enabled: bool,
    /// Where alerts go. `None` keeps what there is.
    pub target: Option<Target>,
}

const TAKEN: &str = "a destination has that name already";
const NO_NAME: &str = "a name has 1 to 100 characters, in one line";
const NO_PASSWORD: StoreError = StoreError::Conflict("enter the password of who signs in to the SMTP server");
const CHANGED: StoreError = StoreError::Conflict("the destination was changed meanwhile; look at it again");

impl Target {
    /// A new key for signing, as `whsec_…`.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn new_key() -> Result<SecretString> {
        let key = crate::sealed::Keyring::generate_key()?;
        Ok(SecretString::from(format!("whsec_{}", STANDARD.encode(key))))
    }

    pub(super) const fn kind(&self) -> DestinationKind {
        match self {
            Self::Webhook { .. } => DestinationKind::Webhook,
            Self::Email { .. } => DestinationKind::Email,
            Self::Teams { .. } => DestinationKind::Teams,
            Self::Slack { .. } => DestinationKind::Slack,
        }
    }

    /// `None`: what is shown stays.
    fn shown(&self) -> Option<String> {
        match self {
            Self::Webhook { address, .. } => address.as_ref().map(|address| shown_address(address.expose_secret())),
            Self::Teams { address } | Self::Slack { address } => Some(shown_address(address.expose_secret())),
            Self::Email { mail, .. } => Some(mail.shown()),
        }
    }

    /// The same with what was not given as it is.
    fn with_what_there_is(self, there: Option<&Value>) -> Self {
        let kept = |field: &str| there?.get(field)?.as_str().map(SecretString::from);
        match self {
            Self::Webhook { address, key } => {
                Self::Webhook { address: address.or_else(|| kept("address")), key: key.or_else(|| kept("key")) }
            }
            other => other,
        }
    }

    /// Mail by somebody who signs in, whose password was not said.
    fn without_password(&self) -> Option<&Mail> {
        match self {
            Self::Email { mail, password: None } if !mail.user.is_empty() => Some(mail),
            _ => None,
        }
    }

    fn mail(&self) -> Option<String> {
        match self {
            Self::Email { mail, .. } => Some(json!(mail).to_string()),
            _ => None,
        }
    }

    /// The text that is sealed.
    fn plain(&self) -> SecretString {
        let value = match self {
            Self::Webhook { address, key } => {
                let text = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
                json!({ "address": text(address), "key": text(key) })
            }
            Self::Teams { address } | Self::Slack { address } => json!({ "address": address.expose_secret() }),
            Self::Email { password, .. } => {
                json!({ "password": password.as_ref().map_or("", |password| password.expose_secret()) })
            }
        };
        SecretString::from(value.to_string())
    }
}

impl Alerts<'_> {
    /// The destinations of the workspace, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn destinations(&self, permit: &Permit<can::WorkspaceAlertsManage>) -> Result<Vec<Destination>> {
        self.read_destinations(permit, None).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has none of that id.
    pub async fn destination(&self, permit: &Permit<can::WorkspaceAlertsManage>, id: AlertDestinationId) -> Result<Destination> {
        self.read_destinations(permit, Some(id)).await?.pop().ok_or(StoreError::NotVisible)
    }

    async fn read_destinations(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        id: Option<AlertDestinationId>,
    ) -> Result<Vec<Destination>> {
        of_all(permit.grant())?;
        let mut db = self.0.db().read(permit.grant().reach()).await?;
        let read = destinations().push_bind(" where d.workspace_id = ", permit.grant().workspace_id());
        let rows: Vec<DestinationRow> = db.all(read.push_if(" and d.id = ", id).push(" order by d.name_key")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Destination::from).collect())
    }

    /// Makes a destination.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a name that cannot be one or is taken, without a target or the password of who signs in, and beyond 50
    /// destinations.
    pub async fn create_destination(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        wish: &DestinationWish,
    ) -> Result<AlertDestinationId> {
        const INSERT: &str = "insert into alert_destinations
            (id, workspace_id, name, name_key, kind, shown, mail, sealed_secret, enabled, revision, created_at, updated_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $now, $now) on conflict (workspace_id, name_key) do nothing";
        let grant = permit.grant();
        of_all(grant)?;
        let target = wish.target.as_ref().ok_or(StoreError::Conflict("say where alerts go"))?;
        if target.without_password().is_some() {
            return Err(NO_PASSWORD);
        }
        if matches!(target, Target::Webhook { address: None, .. } | Target::Webhook { key: None, .. }) {
            return Err(StoreError::Conflict("a webhook has an address and a key for signing"));
        }
        let name = model::name::name(&wish.name).map_err(|_| StoreError::Conflict(NO_NAME))?;
        let id = AlertDestinationId::generate();
        let sealed = self.0.keyring().seal(id.uuid(), target.plain().expose_secret())?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let count = sql("select count(*) from alert_destinations where workspace_id = $1").bind(grant.workspace_id());
        let (count,): (i64,) = tx.one(count).await?;
        if count >= MOST_DESTINATIONS {
            return Err(StoreError::Conflict("a workspace has 50 destinations at most"));
        }
        let insert = sql(INSERT)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(name.as_str())
            .bind(name_key(&name))
            .bind(target.kind().code())
            .bind(target.shown().unwrap_or_default())
            .bind(target.mail())
            .bind(sealed)
            .bind(wish.enabled);
        if tx.exec(insert).await? == 0 {
            return Err(StoreError::Conflict(TAKEN));
        }
        let entry = AuditEntry::done(Action::AlertDestinationCreate).on("alert_destination", id.uuid());
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }

    /// Changes a destination that stands at that revision. Its kind stays.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has none of that id; [`StoreError::Conflict`] when it was changed meanwhile, is of
    /// another kind, its name cannot be one or is taken, or somebody else signs in elsewhere without a password of theirs.
    pub async fn edit_destination(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        id: AlertDestinationId,
        revision: i64,
        wish: &DestinationWish,
    ) -> Result<()> {
        const EDIT: &str =
            "update alert_destinations set name = $2, name_key = $3, enabled = $4, revision = revision + 1, updated_at = $now
          where id = $1";
        const AIM: &str = "update alert_destinations set shown = coalesce($2, shown), mail = $3, sealed_secret = coalesce($4, sealed_secret) where id = $1";
        let grant = permit.grant();
        of_all(grant)?;
        let name = model::name::name(&wish.name).map_err(|_| StoreError::Conflict(NO_NAME))?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        let (kind, at, mail, sealed) = hold(&mut tx, grant.workspace_id(), id).await?;
        if at != revision {
            return Err(CHANGED);
        }
        let taken = sql("select id from alert_destinations where workspace_id = $1 and name_key = $2 and id <> $3");
        let taken: Option<(Uuid,)> = tx.optional(taken.bind(grant.workspace_id()).bind(name_key(&name)).bind(id)).await?;
        if taken.is_some() {
            return Err(StoreError::Conflict(TAKEN));
        }
        tx.exec(sql(EDIT).bind(id).bind(name.as_str()).bind(name_key(&name)).bind(wish.enabled)).await?;
        if let Some(target) = &wish.target {
            if target.kind() != kind {
                return Err(StoreError::Conflict("a destination stays of its kind; make another one"));
            }
            // A password goes to nobody but the server for which it was entered.
            let sealed = match target.without_password() {
                Some(other) if mail.is_some_and(|mail| mail.signs_in_as(other)) => None,
                Some(_) => return Err(NO_PASSWORD),
                None => {
                    let there = self.0.keyring().open(id.uuid(), &sealed)?;
                    let there: Option<Value> = serde_json::from_str(there.expose_secret()).ok();
                    let whole = target.clone().with_what_there_is(there.as_ref());
                    Some(self.0.keyring().seal(id.uuid(), whole.plain().expose_secret())?)
                }
            };
            tx.exec(sql(AIM).bind(id).bind(target.shown()).bind(target.mail()).bind(sealed)).await?;
        }
        let entry = AuditEntry::done(Action::AlertDestinationEdit).on("alert_destination", id.uuid());
        tx.commit(grant.actor(), entry).await
    }

    /// Removes a destination to which no rule sends.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has none of that id; [`StoreError::Conflict`] while a rule sends to it.
    pub async fn delete_destination(&self, permit: &Permit<can::WorkspaceAlertsManage>, id: AlertDestinationId) -> Result<()> {
        let grant = permit.grant();
        of_all(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant.workspace_id(), id).await?;
        let (rules,): (i64,) = tx.one(sql("select count(*) from alert_rules where destination_id = $1").bind(id)).await?;
        if rules > 0 {
            return Err(StoreError::Conflict("rules send to this destination; remove or change them first"));
        }
        tx.exec(sql("delete from alert_destinations where id = $1").bind(id)).await?;
        let entry = AuditEntry::done(Action::AlertDestinationDelete).on("alert_destination", id.uuid());
        tx.commit(grant.actor(), entry).await
    }
}

type Held = (DestinationKind, i64, Option<Mail>, Vec<u8>);

/// Holds a destination of the workspace until the transaction ends; its kind, its revision, how it sends mail, and what opens it, sealed.
async fn hold(tx: &mut Tx, workspace: WorkspaceId, id: AlertDestinationId) -> Result<Held> {
    const HOLD: &str = "update alert_destinations set name = name where id = $1 and workspace_id = $2 returning kind, revision, mail, sealed_secret";
    let row: Option<(String, i64, Option<String>, Vec<u8>)> = tx.optional(sql(HOLD).bind(id).bind(workspace)).await?;
    let (kind, revision, mail, sealed) = row.ok_or(StoreError::NotVisible)?;
    Ok((DestinationKind::from_code(&kind), revision, mail.and_then(|mail| serde_json::from_str(&mail).ok()), sealed))
}
