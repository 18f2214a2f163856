//! What can be said of a tenant: which kinds of objects were read so that none that exists is unknown.

use std::collections::BTreeMap;

use model::coverage::TypeState;
use model::directory::DirectoryKind;
use model::ids::TenantId;
use model::links::{Kept, OrphanKind, Telling, Untold, WhyUntold, form, kept, refer_to};
use model::time::Moment;

use super::Links;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::sql::sql;

/// How the reading of a type stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// Every object of its latest complete list is known; when that list began.
    Whole(Moment),
    /// The list was complete, and some objects of it could not be read.
    NotWhole,
    /// There is nothing to read: the tenant has no licence for it.
    Nothing,
}

/// How the types of a tenant were read; those that were not are left out.
pub(super) struct Reads(BTreeMap<String, Read>, Option<Moment>);

impl Reads {
    /// Reads it: one statement for the inventory, one for the directory cache.
    pub(super) async fn of(db: &mut Reader, tenant: TenantId) -> Result<Self> {
        const TYPES: &str = "select c.resource_type, c.state, c.complete_from, c.objects, (select count(*) from inventory_items i
            where i.tenant_id = c.tenant_id and i.resource_type = c.resource_type and i.last_seen_at >= c.complete_from) as seen
          from inventory_coverage c where c.tenant_id = $1";
        // A pass before this moment was told did not keep it; when all groups were last read is known of it.
        const GROUPS: &str = "select coalesce(complete_from, full_at) from directory_state
          where tenant_id = $1 and kind = $2 and complete_at is not null";
        type Row = (String, Option<String>, Option<DbTime>, i64, i64);
        let rows: Vec<Row> = db.all(sql(TYPES).bind(tenant)).await?;
        let groups: Option<(Option<DbTime>,)> = db.optional(sql(GROUPS).bind(tenant).bind(DirectoryKind::Groups.code())).await?;
        let read = |(key, state, from, objects, seen): Row| {
            let unlicensed = state.is_some_and(|state| TypeState::from_code(&state) == TypeState::NotLicensed);
            let read = match from {
                Some(from) if seen >= objects => Read::Whole(from.0),
                Some(_) => Read::NotWhole,
                None if unlicensed => Read::Nothing,
                None => return None,
            };
            Some((key, read))
        };
        Ok(Self(rows.into_iter().filter_map(read).collect(), groups.and_then(|(from,)| from).map(|from| from.0)))
    }

    /// Since when all objects are known to which links lead under that name; or why they are not.
    pub(super) fn target(&self, name: &str) -> std::result::Result<Moment, WhyUntold> {
        match kept(name) {
            Kept::Groups => self.1.ok_or(WhyUntold::NotRead),
            Kept::No => Err(WhyUntold::NotKept),
            Kept::Inventory { whole: false, .. } => Err(WhyUntold::ListLeavesOut),
            Kept::Inventory { types, .. } => {
                let mut since: Option<Moment> = None;
                for key in types {
                    match self.0.get(key) {
                        Some(Read::Whole(from)) => since = Some(since.map_or(*from, |since| since.min(*from))),
                        Some(Read::NotWhole) => return Err(WhyUntold::NotWhole),
                        // The types of one collection are licensed together; one by itself has no object to refer to.
                        Some(Read::Nothing) => {}
                        None => return Err(WhyUntold::NotRead),
                    }
                }
                since.ok_or(WhyUntold::NotRead)
            }
        }
    }

    /// Since when everything is known that could use objects of that name; or what is not.
    pub(super) fn users(&self, name: &str) -> std::result::Result<Moment, Vec<Untold>> {
        let (mut since, mut untold) = (None::<Moment>, Vec::new());
        for kind in refer_to(name) {
            let why = match self.0.get(&kind.key) {
                Some(Read::Whole(from)) => {
                    since = Some(since.map_or(*from, |since| since.min(*from)));
                    continue;
                }
                Some(Read::Nothing) => continue,
                Some(Read::NotWhole) => WhyUntold::NotWhole,
                None => WhyUntold::NotRead,
            };
            untold.push(Untold { resource_type: kind.key.clone(), why });
        }
        match since {
            Some(since) if untold.is_empty() => Ok(since),
            _ => Err(untold),
        }
    }
}

/// The names to which links of the tenant lead.
pub(super) async fn names(db: &mut Reader, tenant: TenantId) -> Result<Vec<String>> {
    const NAMES: &str = "select distinct to_type from object_links where tenant_id = $1 order by to_type";
    let rows: Vec<(String,)> = db.all(sql(NAMES).bind(tenant)).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// How many items of the tenant have links that are not those of this version. While there are some, who refers to what is not known.
pub(super) async fn waiting(db: &mut Reader, tenant: TenantId) -> Result<i64> {
    const WAIT: &str = "select count(*) from inventory_items where tenant_id = $1 and not absent and links_form <> $2";
    let (waiting,): (i64,) = db.one(sql(WAIT).bind(tenant).bind(form())).await?;
    Ok(waiting)
}

impl Links<'_> {
    /// Of which references of the tenant it can be told that they lead nowhere.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dangling_told(&self, scope: &TenantScope) -> Result<Telling> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let reads = Reads::of(&mut db, scope.tenant_id()).await?;
        let mut telling = Telling { waiting: waiting(&mut db, scope.tenant_id()).await?, ..Telling::default() };
        for name in names(&mut db, scope.tenant_id()).await? {
            match reads.target(&name) {
                Ok(_) => telling.told.push(name),
                Err(why) => telling.untold.push(Untold { resource_type: name, why }),
            }
        }
        db.end().await?;
        Ok(telling)
    }

    /// Whether it can be told of objects that nobody uses them: what could, as far as it was read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn orphans_told(&self, scope: &TenantScope, kind: OrphanKind) -> Result<Telling> {
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let reads = Reads::of(&mut db, scope.tenant_id()).await?;
        let waiting = waiting(&mut db, scope.tenant_id()).await?;
        db.end().await?;
        let Some(name) = kind.resource_type() else {
            return Ok(Telling { waiting, ..Telling::default() });
        };
        let untold = reads.users(name).err().unwrap_or_default();
        let could = refer_to(name).into_iter().map(|kind| kind.key.clone());
        let told = could.filter(|key| !untold.iter().any(|other| other.resource_type == *key)).collect();
        Ok(Telling { told, untold, waiting })
    }
}
