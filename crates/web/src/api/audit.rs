//! The audit log.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::audit::{AuditOutcome, AuditRecord};
use model::ids::{AuditId, RunId, TenantId, ThingId, WorkspaceId};
use model::time::Moment;
use pages::audit::{Actor, sentence};
use serde_json::Value;
use store::access::Permit;
use store::{AuditActor, AuditFilter, AuditList, actions_of_group};

use super::answer;
use super::coded::Choice;
use super::query::{self, Query, invalid};
use super::runs::list::bounded;
use super::{answers, queries};
use crate::auth::{Looks, LooksInTenant};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::runs::list::of_theirs;

/// The longest code that is looked for, in characters.
const LONGEST: usize = 80;

answers! {
    /// An entry of the audit log.
    AuditRow {
        /// Its id.
        id: AuditId,
        /// When it was written.
        at: Moment,
        /// What happened, as a sentence.
        text: String,
        /// The code of what was done; codes may be added.
        action: String,
        /// `done` or `denied`.
        outcome: String,
        /// `user`, `operator` (of the installation) or `system`; kinds may be added.
        actor_kind: String,
        /// Who, when it was a person.
        actor_id: Option<ThingId>,
        /// What they are called, or were; `null` once that is erased.
        actor: Option<String>,
        /// The workspace.
        workspace_id: Option<WorkspaceId>,
        /// The tenant; `null` for what concerns the whole workspace.
        tenant_id: Option<TenantId>,
        /// What kind of thing it was done to.
        subject_kind: Option<String>,
        /// Which one.
        subject_id: Option<ThingId>,
        /// What that is called, or was.
        subject: Option<String>,
        /// The run that it belongs to.
        run_id: Option<RunId>,
        /// Names and values.
        details: Value,
    }
}

queries! {
    /// Which entries of the workspace.
    AuditQuery {
        /// Only of this tenant.
        tenant: Option<TenantId>,
        /// Only by this one: the id of a person, `operator` or `system`.
        actor: Option<String> = {"minLength": 1},
        /// Only this code, or a group of them as `run.*`.
        action: Option<String> = {"minLength": 1, "maxLength": 80},
        /// Only on this kind of thing.
        kind: Option<String> = {"minLength": 1, "maxLength": 80},
        /// Only on the thing of this id.
        subject: Option<ThingId>,
        /// Only what came to this.
        outcome: Option<Choice<AuditOutcome>>,
        /// Only at or after.
        since: Option<Moment>,
        /// Only before.
        until: Option<Moment>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which entries of the tenant.
    TenantAuditQuery {
        /// Only by this one: the id of a person, `operator` or `system`.
        actor: Option<String> = {"minLength": 1},
        /// Only this code, or a group of them as `run.*`.
        action: Option<String> = {"minLength": 1, "maxLength": 80},
        /// Only on this kind of thing.
        kind: Option<String> = {"minLength": 1, "maxLength": 80},
        /// Only on the thing of this id.
        subject: Option<ThingId>,
        /// Only what came to this.
        outcome: Option<Choice<AuditOutcome>>,
        /// Only at or after.
        since: Option<Moment>,
        /// Only before.
        until: Option<Moment>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

impl AuditRow {
    fn of(record: AuditRecord, list: &AuditList) -> Self {
        let called = |id: Option<ThingId>| id.and_then(|id| list.names.get(&id)).cloned();
        Self {
            text: sentence(&record, &list.names),
            actor: called(record.actor_id),
            subject: called(record.subject_id),
            id: record.id,
            at: record.at,
            action: record.action,
            outcome: record.outcome,
            actor_kind: record.actor_kind,
            actor_id: record.actor_id,
            workspace_id: record.workspace_id,
            tenant_id: record.tenant_id,
            subject_kind: record.subject_kind,
            subject_id: record.subject_id,
            run_id: record.run_id,
            details: record.details,
        }
    }
}

/// `GET /api/v1/audit?…`: newest first.
pub(crate) async fn list(
    Looks { member, permit }: Looks<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Query<AuditQuery>,
) -> Result<Response, Error> {
    of_theirs(&web, &member, query.wanted.tenant).await?;
    let AuditQuery { tenant, actor, action, kind, subject, outcome, since, until, limit, cursor } = query.wanted.clone();
    let of = TenantAuditQuery { actor, action, kind, subject, outcome, since, until, limit, cursor };
    answer(&web, &permit, &query, tenant, of).await
}

/// `GET /api/v1/tenants/{tenant}/audit?…`
pub(crate) async fn of_tenant(
    LooksInTenant { tenant, permit }: LooksInTenant<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Query<TenantAuditQuery>,
) -> Result<Response, Error> {
    let wanted = query.wanted.clone();
    answer(&web, &permit, &query, Some(tenant.scope.tenant_id()), wanted).await
}

/// A page of the log. It may be short and have a `next` all the same: then the search stopped before it was full.
async fn answer<Q>(
    web: &WebState,
    permit: &Permit<can::WorkspaceAuditView>,
    query: &Query<Q>,
    tenant: Option<TenantId>,
    wanted: TenantAuditQuery,
) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let filter = filter(tenant, wanted)?;
    let mut found = web.store().audit().list(permit, &filter, cursor.as_ref(), rows).await?;
    let mut page = std::mem::replace(&mut found.page, model::page::Page { rows: Vec::new(), next: None, previous: None });
    page.next = page.next.or(found.further.take());
    answer::page(query, page.map(|record| AuditRow::of(record, &found)))
}

fn filter(tenant: Option<TenantId>, wanted: TenantAuditQuery) -> Result<AuditFilter, Error> {
    let short = |name: &str, text: Option<String>| match text {
        Some(text) if text.chars().count() > LONGEST => Err(invalid(&format!("`{name}` has at most {LONGEST} characters"))),
        text => Ok(text),
    };
    let actor = wanted.actor.as_deref().map(|code| {
        let actor = Actor::from_code(code).ok_or_else(|| invalid("`actor` is the id of a person, `operator` or `system`"))?;
        Ok::<_, Error>(match actor {
            Actor::User(id) => AuditActor::User(id),
            Actor::Operator => AuditActor::Operator,
            Actor::System => AuditActor::System,
        })
    });
    let actions = match short("action", wanted.action)? {
        None => Vec::new(),
        Some(action) => match action.strip_suffix(".*") {
            // An empty list would mean any action.
            Some(group) => Some(actions_of_group(group))
                .filter(|actions| !actions.is_empty())
                .ok_or_else(|| invalid("`action`: there is no such group of actions"))?,
            None => vec![action],
        },
    };
    Ok(AuditFilter {
        actor: actor.transpose()?,
        actions,
        subject_kind: short("kind", wanted.kind)?,
        subject: wanted.subject,
        tenant,
        outcome: wanted.outcome.map(|outcome| outcome.0),
        since: wanted.since.map(bounded),
        until: wanted.until.map(bounded),
    })
}
