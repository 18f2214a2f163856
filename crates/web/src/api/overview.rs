//! All tenants of the workspace at a glance.

use axum::extract::State;
use axum::response::Response;
use model::access::Role;
use model::finding::Severity;
use model::ids::{BackupSetId, DrillId, TenantGroupId, TenantId};
use model::overview::{ConnectionHealth, LONGEST_TAG, OverviewFilter, OverviewSort, TenantStanding, Trouble};
use model::tenant::{Environment, TenantStatus};
use model::time::Moment;

use super::answer::page;
use super::coded::{Choice, Coded};
use super::query::{self, Query, invalid};
use super::{answers, queries};
use crate::auth::Member;
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// How a tenant stands. What is not known is `null`, and never a zero.
    Standing {
        /// Its id here.
        id: TenantId,
        /// Its name.
        name: String,
        /// Its initial domain.
        domain: String,
        /// What depends on it.
        environment: Coded<Environment>,
        /// Where it is in its life.
        status: Coded<TenantStatus>,
        /// The effective role of the token's holder in it.
        role: Coded<Role>,
        /// Its tags, by name.
        tags: Vec<String>,
        /// Its groups, by name.
        groups: Vec<TenantGroupId>,
        /// Since when all of its inventory is known; `null`: it was never read to its end.
        synced_at: Option<Moment>,
        /// How many items the latest complete list of each type had; `null`: no type was ever read to its end.
        items: Option<i64>,
        /// Items that the latest complete list of their type did not have.
        missing: i64,
        /// The latest backup of everything that is complete.
        backup_id: Option<BackupSetId>,
        /// When that was sealed.
        backed_up_at: Option<Moment>,
        /// The latest restore drill.
        drill_id: Option<DrillId>,
        /// How much came back in it, in percent.
        readiness: Option<i64>,
        /// When it ended.
        drilled_at: Option<Moment>,
        /// Open findings; `null`: drift was never checked, or the token may not see findings.
        findings: Option<OpenFindings>,
        /// How its connection is.
        connection: Coded<ConnectionHealth>,
        /// When its credential ends, where that is known.
        credential_expires_at: Option<Moment>,
        /// Runs of the last seven days that failed, partly succeeded or were blocked.
        runs_in_trouble: i64,
    }

    /// How many findings are open.
    OpenFindings {
        /// Critical ones.
        critical: i64,
        /// High ones.
        high: i64,
        /// Medium ones.
        medium: i64,
        /// Low ones.
        low: i64,
    }
}

queries! {
    /// Which tenants, in which order.
    OverviewQuery {
        /// Only those whose name or domain has this text.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Only those with this tag, case aside.
        tag: Option<String> = {"maxLength": 50, "minLength": 1},
        /// Only those of this group.
        group: Option<TenantGroupId>,
        /// Only those on which this depends.
        environment: Option<Choice<Environment>>,
        /// Only those in this trouble.
        trouble: Option<Choice<Trouble>>,
        /// By what they are sorted, the worst first; by name unless said.
        sort: Option<Choice<OverviewSort>>,
        /// The other way round.
        reversed: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

impl From<TenantStanding> for Standing {
    fn from(standing: TenantStanding) -> Self {
        let tenant = standing.tenant;
        let open = |open: [i64; 4]| {
            let of = |severity| Severity::ALL.iter().position(|one| *one == severity).map_or(0, |at| open[at]);
            OpenFindings {
                critical: of(Severity::Critical),
                high: of(Severity::High),
                medium: of(Severity::Medium),
                low: of(Severity::Low),
            }
        };
        Self {
            id: tenant.id,
            name: tenant.name,
            domain: tenant.domain,
            environment: Coded(tenant.environment),
            status: Coded(tenant.status),
            role: Coded(tenant.role),
            tags: standing.tags,
            groups: standing.groups.into_iter().map(|(id, _)| id).collect(),
            synced_at: standing.synced_at,
            items: standing.items,
            missing: standing.missing,
            backup_id: standing.backup.map(|(id, _)| id),
            backed_up_at: standing.backup.map(|(_, at)| at),
            drill_id: standing.readiness.map(|(id, ..)| id),
            readiness: standing.readiness.map(|(_, score, _)| score),
            drilled_at: standing.readiness.map(|(.., at)| at),
            findings: standing.findings.map(open),
            connection: Coded(standing.connection),
            credential_expires_at: standing.expires_at,
            runs_in_trouble: standing.runs,
        }
    }
}

/// `GET /api/v1/overview?q=&tag=&group=&environment=&trouble=&sort=&reversed=&limit=&cursor=`
pub(crate) async fn list(member: Member, State(web): State<WebState>, query: Query<OverviewQuery>) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if wanted.tag.as_deref().is_some_and(|tag| tag.chars().count() > LONGEST_TAG) {
        return Err(invalid("`tag` has at most 50 characters"));
    }
    let filter = OverviewFilter {
        text: query::search(wanted.q.as_deref())?,
        tag: wanted.tag.clone(),
        group: wanted.group,
        environment: wanted.environment.map(|choice| choice.0),
        trouble: wanted.trouble.map(|choice| choice.0),
        sort: wanted.sort.map(|choice| choice.0),
        reversed: wanted.reversed.unwrap_or(false),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().overview().list(&member.scope, &filter, cursor.as_ref(), rows).await?;
    page(&query, found.map(Standing::from))
}
