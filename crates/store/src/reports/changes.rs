//! The changes of a tenant in a period, newest first, by day.

use std::collections::VecDeque;

use model::attribution::Attribution;
use model::page::Cursor;
use model::report::change::{Sides, change};
use model::report::configuration::settings;
use model::report::{Block, Period, at};
use model::resource_types;
use model::version::{Change, TenantVersion, VersionFilter};
use uuid::Uuid;

use super::contents::Contents;
use super::writing::Piece;
use crate::access::TenantScope;
use crate::db::Result;
use crate::open::Store;
use crate::sql::sql;
use crate::tenant_events::AskedOf;

/// Changes that are read together. Their contents are held packed; two at a time are unpacked.
const AT_ONCE: u32 = 25;

/// A change that is still to be told.
struct Waiting {
    version: TenantVersion,
    by: Attribution,
    /// Hash of the content before, where there was one.
    before: Option<String>,
}

/// The way through the changes of a tenant.
pub(super) struct Walk {
    scope: TenantScope,
    anchor: String,
    filter: VersionFilter,
    begun: bool,
    /// Whether anything was told.
    any: bool,
    day: String,
    /// Where it goes on; `None` once everything was read.
    from: Option<Option<Cursor>>,
    waiting: VecDeque<Waiting>,
    contents: Contents,
}

impl Walk {
    pub(super) fn new(scope: TenantScope, anchor: String, period: Period) -> Self {
        let filter = VersionFilter { since: Some(period.from), until: Some(period.until), ..VersionFilter::default() };
        let (waiting, contents) = (VecDeque::new(), Contents::default());
        Self { scope, anchor, filter, begun: false, any: false, day: String::new(), from: Some(None), waiting, contents }
    }

    /// The next piece: one change, or what stands before and after all.
    pub(super) async fn next(&mut self, store: &Store) -> Result<Option<Piece>> {
        if !self.begun {
            self.begun = true;
            return Ok(Some((self.opening(store).await?, 0)));
        }
        if let Some(waiting) = self.waiting.pop_front() {
            self.any = true;
            return Ok(Some((self.told(&waiting), 1)));
        }
        if let Some(from) = self.from.take() {
            self.read(store, from.as_ref()).await?;
            return Ok(Some((Vec::new(), 0)));
        }
        if !self.any {
            self.any = true;
            return Ok(Some((vec![Block::text("No change was seen in this period.")], 0)));
        }
        Ok(None)
    }

    /// How far the audit logs were read: without them nobody is named.
    async fn opening(&self, store: &Store) -> Result<Vec<Block>> {
        let sources = store.tenant_events().sources(&self.scope).await?;
        let rows = sources.into_iter().map(|state| {
            let from = state.complete_from.map_or_else(|| "never read".to_owned(), at);
            let until = state.complete_until.map_or_else(|| "never read".to_owned(), at);
            vec![state.source.label().to_owned(), from, until]
        });
        Ok(vec![Block::table("Audit logs", &["Audit log of Microsoft", "Known from", "Known until"], rows.collect())])
    }

    async fn read(&mut self, store: &Store, from: Option<&Cursor>) -> Result<()> {
        let found = store.policy_versions().of_tenant(&self.scope, &self.filter, from, AT_ONCE).await?;
        self.from = found.page.next.or(found.further).map(Some);
        let versions = found.page.rows;
        let asked: Vec<AskedOf> =
            versions.iter().map(|one| AskedOf::version(&one.resource_type, &one.object_id, &one.version)).collect();
        let by = store.tenant_events().attribute(&self.scope, &asked).await?;
        let before = self.before(store, &versions).await?;
        let hashes = versions.iter().zip(&before).filter(|(_, before)| before.is_some());
        let hashes: Vec<String> =
            hashes.flat_map(|(one, before)| [one.version.content_hash.clone(), before.clone()]).flatten().collect();
        self.contents = Contents::read(store, &self.scope, &hashes).await?;
        let waiting = versions.into_iter().zip(by).zip(before);
        self.waiting = waiting.map(|((version, by), before)| Waiting { version, by, before }).collect();
        Ok(())
    }

    /// Hash of the content before each change; none where it is no change of a content.
    async fn before(&self, store: &Store, versions: &[TenantVersion]) -> Result<Vec<Option<String>>> {
        const BEFORE: &str =
            "select v.item_id, v.number, v.content_hash from policy_versions v where v.tenant_id = $1 and (1 = 0";
        let changed = |one: &&TenantVersion| one.version.change == Change::Changed;
        let mut statement = sql(BEFORE).bind(self.scope.tenant_id());
        for one in versions.iter().filter(changed) {
            statement = statement
                .push_bind(" or (v.item_id = ", one.version.item_id)
                .push_bind(" and v.number = ", one.version.number - 1)
                .push(")");
        }
        let mut db = store.db().read(self.scope.grant().reach()).await?;
        let rows: Vec<(Uuid, i64, Option<String>)> = db.all(statement.push(")")).await?;
        db.end().await?;
        let of = |one: &TenantVersion| {
            let is = |row: &&(Uuid, i64, Option<String>)| row.0 == one.version.item_id.uuid() && row.1 == one.version.number - 1;
            rows.iter().find(is).filter(|_| changed(&one))?.2.clone()
        };
        Ok(versions.iter().map(of).collect())
    }

    fn told(&mut self, waiting: &Waiting) -> Vec<Block> {
        let mut blocks = Vec::new();
        let day: String = waiting.version.version.captured_at.to_utc_words().chars().take(10).collect();
        if day != self.day {
            blocks.push(Block::heading(3, day.clone(), &format!("{}-{day}", self.anchor)));
            self.day = day;
        }
        let anchor = format!("{}-{}", self.anchor, waiting.version.version.id);
        let sides = self.sides(waiting);
        blocks.extend(change(&waiting.version, &waiting.by, sides.as_ref(), &anchor));
        blocks
    }

    fn sides(&self, waiting: &Waiting) -> Option<Sides> {
        let kind = resource_types::find(&waiting.version.resource_type)?;
        let told = |hash: &Option<String>| Some(settings(kind, &self.contents.of(hash.as_deref()?)?).0);
        Some(Sides { before: told(&waiting.before)?, after: told(&waiting.version.version.content_hash)? })
    }
}
