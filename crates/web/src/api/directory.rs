//! A tenant's directory cache: groups, role definitions, how fresh they are, and starting a sync.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::directory::{self as cache, DirectoryFilter, DirectoryKind, GroupKind};
use model::ids::RunId;
use model::operations::{directory_role_definitions_sync, entra_group_sync};
use model::run::{StartBy, Trigger};
use model::time::Moment;

use super::answer::{self, whole};
use super::body::Body;
use super::coded::{Choice, Coded, Codes};
use super::headers::IdempotencyKey;
use super::query::{self, Query, invalid};
use super::{answers, bodies, queries};
use crate::auth::deeds::StartDirectorySync as Deed;
use crate::auth::{Authorized, SeesIn};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A group of a tenant's directory. Members are never read.
    Group {
        /// Microsoft's id of it.
        object_id: String,
        /// Its name; may be empty.
        name: String,
        /// Its kinds.
        kinds: Vec<Coded<GroupKind>>,
        /// The rule by which its members are found.
        membership_rule: Option<String>,
        /// How many members it had; counted only for groups that a policy refers to.
        member_count: Option<i64>,
        /// When they were counted.
        counted_at: Option<Moment>,
        /// When it was first seen.
        first_seen_at: Moment,
        /// When what is kept of it last changed, as far as we saw.
        changed_at: Moment,
        /// Since when it is gone.
        deleted_at: Option<Moment>,
    }

    /// A role definition of a tenant's directory.
    RoleDefinition {
        /// Microsoft's id of it.
        object_id: String,
        /// Its name; may be empty.
        name: String,
        /// What it is for.
        description: String,
        /// Whether Microsoft made it.
        built_in: bool,
        /// Whether it can be assigned.
        enabled: bool,
        /// Since when it is gone.
        deleted_at: Option<Moment>,
    }

    /// How fresh a part of the directory cache is.
    DirectoryState {
        /// What part.
        kind: Coded<DirectoryKind>,
        /// Objects that are there, as of then.
        objects: i64,
        /// When a sync last came to its end.
        complete_at: Option<Moment>,
        /// When all objects were last read.
        full_at: Option<Moment>,
        /// The run that last came to its end, while it is recorded.
        run_id: Option<RunId>,
        /// Why the latest sync failed, if it did.
        failure_code: Option<String>,
    }
}

queries! {
    /// What the groups are narrowed to.
    GroupQuery {
        /// Only names that contain this text (begin with it, below three characters), or an id, or its last eight characters.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Only this kind.
        kind: Option<Choice<GroupKind>>,
        /// Those that are gone.
        deleted: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200},
        /// Where to go on.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// What the role definitions are narrowed to.
    RoleQuery {
        /// Only names that contain this text, or an id.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Those that are gone.
        deleted: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200},
        /// Where to go on.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// What to sync.
    SyncDirectory {
        /// What part of the directory.
        kind: Choice<DirectoryKind>,
        /// All groups, and not only what changed; left out: no.
        full: Option<bool>,
    }
}

impl Codes for GroupKind {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        self.code()
    }
}

impl Codes for DirectoryKind {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        self.code()
    }
}

/// `GET /api/v1/tenants/{tenant}/groups?q=&kind=&deleted=&limit=&cursor=`
pub(crate) async fn groups(
    guard: SeesIn<can::TenantView>,
    State(web): State<WebState>,
    query: Query<GroupQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let filter = DirectoryFilter {
        text: query::search(wanted.q.as_deref())?,
        kind: wanted.kind.map(|kind| kind.0),
        gone: wanted.deleted == Some(true),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().directory().groups(&guard.scope, &filter, cursor.as_ref(), rows).await?;
    let group = |group: cache::Group| Group {
        object_id: group.object_id,
        name: group.name,
        kinds: group.kinds.into_iter().map(Coded).collect(),
        membership_rule: group.membership_rule,
        member_count: group.members.map(|count| count.members),
        counted_at: group.members.map(|count| count.at),
        first_seen_at: group.first_seen_at,
        changed_at: group.changed_at,
        deleted_at: group.deleted_at,
    };
    answer::page(&query, found.map(group))
}

/// `GET /api/v1/tenants/{tenant}/role-definitions?q=&deleted=&limit=&cursor=`
pub(crate) async fn roles(
    guard: SeesIn<can::TenantView>,
    State(web): State<WebState>,
    query: Query<RoleQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let text = query::search(wanted.q.as_deref())?;
    let filter = DirectoryFilter { text, kind: None, gone: wanted.deleted == Some(true) };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().directory().role_definitions(&guard.scope, &filter, cursor.as_ref(), rows).await?;
    let role = |role: cache::RoleDefinition| RoleDefinition {
        object_id: role.object_id,
        name: role.name,
        description: role.description,
        built_in: role.built_in,
        enabled: role.enabled,
        deleted_at: role.deleted_at,
    };
    answer::page(&query, found.map(role))
}

/// `GET /api/v1/tenants/{tenant}/directory`
pub(crate) async fn state(guard: SeesIn<can::TenantView>, State(web): State<WebState>) -> Result<Response, Error> {
    let mut states = Vec::new();
    for kind in DirectoryKind::ALL {
        let state = web.store().directory().state(&guard.scope, *kind).await?;
        states.push(DirectoryState {
            kind: Coded(*kind),
            objects: state.objects,
            complete_at: state.complete_at,
            full_at: state.full_at,
            run_id: state.run,
            failure_code: state.failure_code,
        });
    }
    whole(states)
}

/// `POST /api/v1/tenants/{tenant}/directory/sync`
pub(crate) async fn sync(
    Authorized { tenant, permit }: Authorized<Deed>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<SyncDirectory>,
) -> Result<Response, Error> {
    let tenant = tenant.scope.tenant_id();
    let request = match (wish.kind.0, wish.full.unwrap_or(false)) {
        (DirectoryKind::Groups, full) => entra_group_sync::Arguments { full }.request(tenant),
        (DirectoryKind::RoleDefinitions, _) => directory_role_definitions_sync::request(tenant),
        (DirectoryKind::Unknown, _) => return Err(invalid("`kind` is not known")),
    };
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().runs().start(&permit, &request, by).await?)
}
