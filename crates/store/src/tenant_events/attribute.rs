//! Who versions are by.

use std::collections::BTreeMap;

use model::attribution::{ActorKind, Attribution, EventActor, EventSource, Reading, Window, object_key};
use model::ids::InventoryItemId;
use model::resource_types;
use model::time::Moment;
use model::version::PolicyVersion;
use uuid::Uuid;

use super::TenantEvents;
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::sql::{Sql, sql};

/// Windows per statement.
const CHUNK: usize = 50;
/// Events that are read for a window: the latest.
const MOST: u32 = 200;

/// Events with more objects than are kept that are read for a statement: the latest.
const MOST_WITH_MORE: u32 = 2_000;

/// What is asked about: a version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedOf {
    item: InventoryItemId,
    number: i64,
    key: String,
    source: EventSource,
    observed_before: Option<Moment>,
    captured_at: Moment,
}

impl AskedOf {
    /// A version of the object with that type (key) and Microsoft's id.
    #[must_use]
    pub fn version(resource_type: &str, object_id: &str, version: &PolicyVersion) -> Self {
        Self {
            item: version.item_id,
            number: version.number,
            key: object_key(object_id),
            source: resource_types::find(resource_type).map_or(EventSource::Unknown, EventSource::of),
            observed_before: version.observed_before,
            captured_at: version.captured_at,
        }
    }
}

type Told = (Moment, EventActor, String);

/// The events of a window.
#[derive(Default)]
struct Named {
    /// Each once: one may name an object several times.
    told: BTreeMap<Uuid, Told>,
    /// How many rows that were.
    rows: usize,
}

/// The versions beside one: when the earlier one was found, and the latest observation before the later one (where none is on record,
/// the one that found this one).
#[derive(Clone, Copy)]
struct Beside {
    before: Option<Moment>,
    next: Option<Moment>,
}

impl TenantEvents<'_> {
    /// Who each of these versions is by, in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn attribute(&self, scope: &TenantScope, asked: &[AskedOf]) -> Result<Vec<Attribution>> {
        let read: BTreeMap<EventSource, Reading> =
            self.sources(scope).await?.iter().map(|state| (state.source, state.reading())).collect();
        let mut by = Vec::with_capacity(asked.len());
        for chunk in asked.chunks(CHUNK) {
            let windows = self.windows(scope, chunk).await?;
            let mut named = self.named(scope, chunk, &windows).await?;
            let more = self.naming_more(scope, &windows).await?;
            for (i, (asked, window)) in chunk.iter().zip(windows).enumerate() {
                let Named { told, rows } = named.remove(&i).unwrap_or_default();
                let mut reading = read.get(&asked.source).copied().unwrap_or_default();
                if rows >= MOST as usize {
                    // There may be more, and older ones, than were read.
                    reading = told.values().map(|told| told.0).min().map_or(reading, |oldest| reading.but_for(oldest));
                }
                let within = |(source, at): &&(EventSource, Moment)| {
                    *source == asked.source && window.reach().is_some_and(|(from, to)| from < *at && *at <= to)
                };
                // The object may be one of those that an event names and that were not kept.
                if let Some((_, latest)) = more.iter().filter(within).max_by_key(|(_, at)| *at) {
                    reading = reading.but_for(*latest);
                }
                let told: Vec<Told> = told.into_values().collect();
                by.push(window.attribute(&told, reading));
            }
        }
        Ok(by)
    }

    /// The time of each version, in their order.
    async fn windows(&self, scope: &TenantScope, asked: &[AskedOf]) -> Result<Vec<Window>> {
        type Row = (i64, Option<DbTime>, bool, Option<DbTime>);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(beside(sql("with "), scope, asked)).await?;
        db.end().await?;
        let beside: BTreeMap<usize, Beside> = rows
            .into_iter()
            .filter_map(|(n, before, is_last, next)| {
                let asked = asked.get(usize::try_from(n).ok()?)?;
                let next = if is_last { None } else { Some(next.map_or(asked.captured_at, |at| at.0)) };
                Some((usize::try_from(n).ok()?, Beside { before: before.map(|at| at.0), next }))
            })
            .collect();
        let window = |(i, asked): (usize, &AskedOf)| {
            let Beside { before, next } = beside.get(&i).copied().unwrap_or(Beside { before: None, next: None });
            // Where no later observation is on record, the one that found the earlier version is the latest that is known of.
            Window { after: asked.observed_before.or(before), until: asked.captured_at, before, next }
        };
        Ok(asked.iter().enumerate().map(window).collect())
    }

    /// Events that took effect and name the objects within reach of the windows, by the window's place.
    async fn named(&self, scope: &TenantScope, asked: &[AskedOf], windows: &[Window]) -> Result<BTreeMap<usize, Named>> {
        type Row = (i64, Uuid, DbTime, String, String, Option<String>, String);
        let Some(find) = events(sql(""), scope, asked, windows) else { return Ok(BTreeMap::new()) };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(find).await?;
        db.end().await?;
        let mut found: BTreeMap<usize, Named> = BTreeMap::new();
        for (n, id, at, kind, name, app, activity) in rows {
            let Ok(n) = usize::try_from(n) else { continue };
            let actor = EventActor { kind: ActorKind::from_code(&kind), name, app };
            let named = found.entry(n).or_default();
            named.told.insert(id, (at.0, actor, activity));
            named.rows += 1;
        }
        Ok(found)
    }

    /// When events named more objects than are kept, within reach of the windows; the latest.
    async fn naming_more(&self, scope: &TenantScope, windows: &[Window]) -> Result<Vec<(EventSource, Moment)>> {
        const MORE: &str = "select source, at from tenant_audit_events where tenant_id = $1 and names_more and took_effect
          and at > $2 and at <= $3 order by at desc limit $4";
        let reach = || windows.iter().filter_map(|window| window.reach());
        let (Some(from), Some(to)) = (reach().map(|(from, _)| from).min(), reach().map(|(_, to)| to).max()) else {
            return Ok(Vec::new());
        };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<(String, DbTime)> =
            db.all(sql(MORE).bind(scope.tenant_id()).bind(from).bind(to).bind(MOST_WITH_MORE)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(source, at)| (EventSource::from_code(&source), at.0)).collect())
    }

    /// How the database reads the neighbours of these versions and the events that name them.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain_attribute(&self, scope: &TenantScope, asked: &[AskedOf]) -> Result<String> {
        let postgres = self.0.db().is_postgres();
        let windows = self.windows(scope, asked).await?;
        let explain = |with: &'static str, plain: &'static str| sql(if postgres { with } else { plain });
        let neighbours = beside(explain("explain (costs off) with ", "explain query plan with "), scope, asked);
        let named = events(explain("explain (costs off) ", "explain query plan "), scope, asked, &windows);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mut lines = Vec::new();
        for plan in [Some(neighbours), named].into_iter().flatten() {
            if postgres {
                lines.extend(db.all::<(String,)>(plan).await?.into_iter().map(|(line,)| line));
            } else {
                lines.extend(db.all::<(i64, i64, i64, String)>(plan).await?.into_iter().map(|(.., line)| line));
            }
        }
        db.end().await?;
        Ok(lines.join("\n"))
    }
}

/// The versions beside these, by their place. Two steps in the index of the numbers each.
fn beside(start: Sql, scope: &TenantScope, asked: &[AskedOf]) -> Sql {
    let mut find = start.push("asked (n, item, number) as (values ");
    for (i, asked) in asked.iter().enumerate() {
        find = find
            .push_bind(if i == 0 { "(" } else { ", (" }, i64::try_from(i).unwrap_or(i64::MAX))
            .push_bind(", ", asked.item)
            .push_bind(", ", asked.number)
            .push(")");
    }
    find.push_bind(
        ") select a.n, p.captured_at, f.id is null, f.observed_before from asked a
          left join policy_versions p on p.item_id = a.item and p.number = a.number - 1 and p.tenant_id = ",
        scope.tenant_id(),
    )
    .push_bind(
        " left join policy_versions f on f.item_id = a.item and f.number = a.number + 1 and f.tenant_id = ",
        scope.tenant_id(),
    )
}

/// The events of each window by themselves, so that each is a range of the index by object, and an object that is changed all the time
/// hides no other. `None`: no window reaches anywhere.
fn events(start: Sql, scope: &TenantScope, asked: &[AskedOf], windows: &[Window]) -> Option<Sql> {
    let mut find = start;
    let mut any = false;
    for (i, (asked, window)) in asked.iter().zip(windows).enumerate() {
        let Some((from, to)) = window.reach() else { continue };
        find = find
            .push_bind(
                if any { " union all select * from (select " } else { "select * from (select " },
                i64::try_from(i).unwrap_or(i64::MAX),
            )
            .push(" as n, e.id, r.at, e.actor_kind, e.actor, e.app, e.activity from tenant_audit_resources r")
            .push_bind(" join tenant_audit_events e on e.id = r.event where r.tenant_id = ", scope.tenant_id())
            .push_bind(" and r.object_id = ", asked.key.as_str())
            .push_bind(" and r.at > ", from)
            .push_bind(" and r.at <= ", to)
            .push_bind(" and e.took_effect order by r.at desc limit ", MOST)
            .push(") w");
        any = true;
    }
    any.then_some(find)
}
