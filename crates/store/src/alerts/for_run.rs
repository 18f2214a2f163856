//! What the run of a delivery works with: the message, and the one way by which what opens a destination leaves the store.

use model::alert::{Delivery, DestinationKind, MOST_ITEMS, Mail};
use model::failure::{Code, Failure};
use model::ids::{AlertDestinationId, AlertMessageId};
use model::operations::alerts_deliver::Arguments;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use super::Alerts;
use super::row::{DeliveryRow, deliveries};
use crate::access::RunScope;
use crate::db::Result;
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// A destination, open, for the attempt of a run. `Debug` shows nothing of it.
#[derive(Debug)]
pub enum OpenTarget {
    /// Signed requests.
    Webhook {
        /// The web address.
        address: SecretString,
        /// The key for signing, as `whsec_…`.
        key: SecretString,
    },
    /// Mail.
    Email {
        /// How.
        mail: Box<Mail>,
        /// The password.
        password: SecretString,
    },
    /// A workflow of Microsoft Teams.
    Teams(SecretString),
    /// An incoming webhook of Slack.
    Slack(SecretString),
}

/// What is to be sent.
#[derive(Debug)]
pub struct Dispatch {
    /// Where to.
    pub target: OpenTarget,
    /// What the workspace is called.
    pub workspace: String,
    /// What the rule is called; empty for a test.
    pub rule: String,
    /// What happened, the earliest first, as far as a message names it; for a test nothing.
    pub deliveries: Vec<Delivery>,
    /// How many there are in all.
    pub count: usize,
}

/// The sealed text of a destination.
#[derive(Deserialize)]
struct Plain {
    address: Option<SecretString>,
    key: Option<SecretString>,
    password: Option<SecretString>,
}

type Row = (Uuid, String, Option<String>, Vec<u8>, bool);

impl Alerts<'_> {
    /// What the attempt that holds the lease is to send. `None`: it was sent by an earlier attempt already.
    ///
    /// # Errors
    /// A [`Failure`] that says that the destination is gone or switched off, or that it cannot be opened.
    pub async fn for_run(&self, run: &RunScope, arguments: &Arguments) -> std::result::Result<Option<Dispatch>, Failure> {
        let found = self.found(run, arguments).await.map_err(|error| Failure::from(&error))?;
        let (row, dispatch) = match found {
            Found::Sent => return Ok(None),
            Found::Gone => return Err(Failure::new(Code::AlertDestinationGone)),
            Found::There(row, dispatch) => (row, dispatch),
        };
        if !row.4 {
            return Err(Failure::new(Code::AlertDestinationOff));
        }
        let target = self.opened(row).map_err(|error| {
            tracing::error!(run = %run.run_id(), %error, "the destination of an alert cannot be opened");
            Failure::new(Code::Internal)
        })?;
        let (workspace, rule, deliveries, count) = dispatch;
        Ok(Some(Dispatch { target, workspace, rule, deliveries, count }))
    }

    fn opened(&self, (id, kind, mail, sealed, _): Row) -> Result<OpenTarget> {
        const WRONG: StoreError = StoreError::Corrupt("a destination is not of the kind that its row names");
        let plain = self.0.keyring().open(id, &sealed)?;
        let plain: Plain = serde_json::from_str(plain.expose_secret()).map_err(|_| WRONG)?;
        let address = plain.address.ok_or(WRONG);
        Ok(match DestinationKind::from_code(&kind) {
            DestinationKind::Webhook => OpenTarget::Webhook { address: address?, key: plain.key.ok_or(WRONG)? },
            DestinationKind::Teams => OpenTarget::Teams(address?),
            DestinationKind::Slack => OpenTarget::Slack(address?),
            DestinationKind::Email => {
                let mail = mail.and_then(|mail| serde_json::from_str(&mail).ok()).ok_or(WRONG)?;
                OpenTarget::Email { mail: Box::new(mail), password: plain.password.ok_or(WRONG)? }
            }
            DestinationKind::Unknown => return Err(WRONG),
        })
    }

    async fn found(&self, run: &RunScope, arguments: &Arguments) -> Result<Found> {
        const HELD: &str = "select w.name from workspaces w where w.id = $1
          and exists (select 1 from operation_runs o where o.id = $2 and o.lease_token = $3 and o.status = 'running')";
        const OF_MESSAGE: &str =
            "select x.destination_id, r.name, x.state from alert_deliveries x left join alert_rules r on r.id = x.rule_id
          where x.message_id = $1 and x.workspace_id = $2 order by x.id limit 1";
        const SEALED: &str =
            "select id, kind, mail, sealed_secret, enabled from alert_destinations where id = $1 and workspace_id = $2";
        // One reader is one moment: all statements see the same rows.
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let held: Option<(String,)> =
            db.optional(sql(HELD).bind(run.workspace_id()).bind(run.run_id()).bind(run.token())).await?;
        let (workspace,) = held.ok_or(StoreError::LeaseLost)?;
        let (destination, rule, rows, count) = match arguments {
            Arguments::Test { destination, .. } => (Some(*destination), String::new(), Vec::new(), 0),
            Arguments::Message { message, .. } => {
                let of_message = sql(OF_MESSAGE).bind(*message).bind(run.workspace_id());
                let row: Option<(Option<Uuid>, Option<String>, String)> = db.optional(of_message).await?;
                let Some((destination, rule, state)) = row else { return Ok(Found::Gone) };
                if state == "sent" {
                    return Ok(Found::Sent);
                }
                let read = deliveries()
                    .push_bind(" where x.message_id = ", *message)
                    .push_bind(" order by x.id limit ", u32::try_from(MOST_ITEMS).unwrap_or(50));
                let rows: Vec<DeliveryRow> = db.all(read).await?;
                let count = sql("select count(*) from alert_deliveries where message_id = $1").bind(*message);
                let (count,): (i64,) = db.one(count).await?;
                (destination.map(AlertDestinationId::from_uuid), rule.unwrap_or_default(), rows, count)
            }
        };
        let row: Option<Row> = db.optional(sql(SEALED).bind(destination).bind(run.workspace_id())).await?;
        db.end().await?;
        let deliveries = rows.into_iter().map(Delivery::from).collect();
        Ok(row.map_or(Found::Gone, |row| Found::There(row, (workspace, rule, deliveries, usize::try_from(count).unwrap_or(0)))))
    }

    /// Records that the other side took a message, at once: an attempt that is repeated after this does not send it again.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn sent(&self, run: &RunScope, message: AlertMessageId) -> Result<()> {
        const SENT: &str = "update alert_deliveries set state = 'sent', reason = null, sent_at = $now, operation_run_id = $2
          where message_id = $1 and workspace_id = $3 and state in ('queued', 'failed')";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        tx.exec(sql(SENT).bind(message).bind(run.run_id()).bind(run.workspace_id())).await?;
        tx.commit_unaudited("an alert that was sent; the log records it").await
    }
}

enum Found {
    /// It was sent.
    Sent,
    /// There is no such message, or no destination any more.
    Gone,
    /// The destination, and workspace, rule and deliveries.
    There(Row, (String, String, Vec<Delivery>, usize)),
}
