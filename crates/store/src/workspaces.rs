//! Workspaces, as their members see them.

mod change;

use model::access::Role;
use model::audit::{Action, AuditEntry};
use model::ids::{TenantId, WorkspaceId};
use model::page::{Cursor, Direction, Page};
use model::tenant::Tenant;
use model::workspace::Workspace;
use uuid::Uuid;

use crate::access::{Operator, SignedIn, TenantRow, WorkspaceScope};
use crate::audit::Actor;
use crate::bind::DbTime;
use crate::db::Result;
use crate::open::Store;
use crate::reach::Reach;
use crate::row::{contains, name_key};
use crate::sql::sql;

/// Workspaces.
#[derive(Debug, Clone, Copy)]
pub struct Workspaces<'a>(pub(crate) &'a Store);

/// Everything a person is entitled to: for switchers and the start page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// The workspaces of which they are a member, those put away last, else by name.
    pub workspaces: Vec<Workspace>,
}

const MINE: &str = "select w.id, w.name, m.role, w.archived_at from workspaces w
  join workspace_members m on m.workspace_id = w.id where m.user_id = $1";

const TENANTS: &str = "select t.id, t.workspace_id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    m.role as workspace_role, tm.role as tenant_role
  from tenants t
  join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = $2
  left join tenant_members tm on tm.tenant_id = t.id and tm.user_id = $2
  where t.workspace_id = $1 order by t.name_key, t.id";

const KEYED_TENANTS: &str = "select t.id, t.workspace_id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    m.role as workspace_role, tm.role as tenant_role, t.name_key
  from tenants t
  join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = $2
  left join tenant_members tm on tm.tenant_id = t.id and tm.user_id = $2
  where t.workspace_id = $1";

const NAMED_TENANTS: &str = "select t.id, t.workspace_id, t.name, t.domain, t.entra_tenant_id, t.environment, t.status,
    m.role as workspace_role, tm.role as tenant_role
  from tenants t
  join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = $1
  left join tenant_members tm on tm.tenant_id = t.id and tm.user_id = $1";

#[derive(sqlx::FromRow)]
struct KeyedTenant {
    #[sqlx(flatten)]
    tenant: TenantRow,
    name_key: String,
}

impl Workspaces<'_> {
    /// The workspaces of which the person is a member.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mine(&self, who: &SignedIn) -> Result<Home> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<(Uuid, String, String, Option<DbTime>)> = db.all(sql(MINE).bind(who.user().id)).await?;
        db.end().await?;
        let workspace = |(id, name, role, archived_at): (Uuid, String, String, Option<DbTime>)| Workspace {
            id: WorkspaceId::from_uuid(id),
            name,
            role: Role::from_code(&role),
            archived: archived_at.is_some(),
        };
        let mut workspaces: Vec<Workspace> = rows.into_iter().map(workspace).collect();
        if let Some(limits) = &who.limits {
            workspaces.retain(|workspace| workspace.id == limits.workspace());
        }
        // Here and not in the statement: the databases do not agree on the lower case of letters beyond ASCII.
        workspaces.sort_by_cached_key(|workspace| (workspace.archived, name_key(&workspace.name), workspace.id));
        Ok(Home { workspaces })
    }

    /// The tenants of a workspace to which the person is entitled, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tenants(&self, scope: &WorkspaceScope) -> Result<Vec<Tenant>> {
        let Some(user) = scope.grant().user() else { return Ok(Vec::new()) };
        // Memberships decide the role, so the statement runs as the system; it returns only rows of this workspace and
        // `entitled` drops those that are not theirs.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<TenantRow> = db.all(sql(TENANTS).bind(scope.workspace_id()).bind(user.id)).await?;
        db.end().await?;
        let theirs = |tenant: &Tenant| scope.role_in(tenant.id).is_some();
        Ok(rows.into_iter().filter_map(TenantRow::entitled).filter(theirs).collect())
    }

    /// A page of those tenants, by name.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn find_tenants(
        &self,
        scope: &WorkspaceScope,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Tenant>> {
        let none = || Page { rows: Vec::new(), next: None, previous: None };
        let Some(user) = scope.grant().user() else { return Ok(none()) };
        let at = cursor.and_then(|cursor| {
            let (id, name) = cursor.key.split_at_checked(36)?;
            Some((cursor.direction, id.parse::<TenantId>().ok()?, name))
        });
        let back = matches!(at, Some((Direction::Backward, ..)));
        let mut statement = sql(KEYED_TENANTS).bind(scope.workspace_id()).bind(user.id);
        if let Some(entitled) = scope.entitled() {
            statement = statement.push_in(" and t.id in ", entitled);
        }
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let like = contains(text);
            statement = statement
                .push_bind(" and (t.name_key like ", like.clone())
                .push_bind(" escape '\\' or lower(t.domain) like ", like)
                .push(" escape '\\')");
        }
        if let Some((_, id, name)) = at {
            statement = statement
                .push_bind(if back { " and (t.name_key, t.id) < (" } else { " and (t.name_key, t.id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by t.name_key desc, t.id desc" } else { " order by t.name_key, t.id" };
        // As in `tenants`: memberships decide, so the statement runs as the system, within this workspace.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Vec<KeyedTenant> = db.all(statement.push(order).push_bind(" limit ", rows + 1)).await?;
        db.end().await?;
        let key = |row: &KeyedTenant| format!("{}{}", row.tenant.id, row.name_key);
        let page = crate::runs::page(found, rows, at.is_some(), back, key);
        Ok(Page {
            rows: page.rows.into_iter().filter_map(|row| row.tenant.entitled()).collect(),
            next: page.next,
            previous: page.previous,
        })
    }

    /// Those of the named tenants to which the person is entitled, in whichever workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entitled_tenants(&self, who: &SignedIn, ids: &[TenantId]) -> Result<Vec<Tenant>> {
        let statement = sql(NAMED_TENANTS).bind(who.user().id).push_in(" where t.id in ", ids.iter().copied());
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<TenantRow> = db.all(statement).await?;
        db.end().await?;
        let theirs = |tenant: &Tenant| who.limits.as_ref().is_none_or(|limits| limits.reaches(tenant));
        Ok(rows.into_iter().filter_map(TenantRow::entitled).filter(theirs).collect())
    }

    /// Creates a workspace without members.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn create(&self, _: &Operator, name: &str) -> Result<WorkspaceId> {
        let id = WorkspaceId::generate();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        tx.exec(sql("insert into workspaces (id, name, created_at) values ($1, $2, $now)").bind(id).bind(name)).await?;
        let entry = AuditEntry::done(Action::WorkspaceCreate).on("workspace", id.uuid());
        tx.commit(&Actor::operator(Some(id), None), entry).await?;
        Ok(id)
    }

    /// The workspace of that name, the oldest if there are several.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn named(&self, _: &Operator, name: &str) -> Result<Option<WorkspaceId>> {
        let mut db = self.0.db().read(&Reach::system()).await?;
        let found: Option<(Uuid,)> =
            db.optional(sql("select id from workspaces where name = $1 order by id limit 1").bind(name)).await?;
        db.end().await?;
        Ok(found.map(|(id,)| WorkspaceId::from_uuid(id)))
    }
}
