//! The configuration of a tenant: a table of contents by type, then each type with its objects by name.

use std::collections::VecDeque;

use model::inventory::{InventoryFilter, InventoryItem, TypeSummary};
use model::page::Cursor;
use model::report::configuration::{Names, name_of, named_in, object, type_label};
use model::report::{Block, ContentsLine, at};
use model::text::counted;

use super::contents::Contents;
use super::names::KnownNames;
use super::writing::Piece;
use crate::access::TenantScope;
use crate::db::Result;
use crate::open::Store;

/// Objects that are read together. Their contents are held packed; one at a time is unpacked.
const AT_ONCE: u32 = 25;

/// What a tenant is called in a document.
pub(super) fn tenant_name(scope: &TenantScope) -> String {
    name_of(&scope.tenant().name)
}

/// The way through the inventory of a tenant.
pub(super) struct Walk {
    scope: TenantScope,
    anchor: String,
    begun: bool,
    types: VecDeque<TypeSummary>,
    /// The type that is told, and where it goes on; `None`: nothing of it is left to be read.
    current: Option<(String, Option<Cursor>)>,
    items: VecDeque<InventoryItem>,
    contents: Contents,
    names: KnownNames,
}

impl Walk {
    pub(super) fn new(scope: TenantScope, anchor: String) -> Self {
        Self {
            scope,
            anchor,
            begun: false,
            types: VecDeque::new(),
            current: None,
            items: VecDeque::new(),
            contents: Contents::default(),
            names: KnownNames::default(),
        }
    }

    /// The next piece: one object, or what stands between objects.
    pub(super) async fn next(&mut self, store: &Store) -> Result<Option<Piece>> {
        if !self.begun {
            self.begun = true;
            return Ok(Some((self.opening(store).await?, 0)));
        }
        if let Some(item) = self.items.pop_front() {
            return Ok(Some((self.told(store, &item).await?, 1)));
        }
        if let Some((key, cursor)) = self.current.take() {
            self.read(store, key, cursor.as_ref()).await?;
            return Ok(Some((Vec::new(), 0)));
        }
        let Some(kind) = self.types.pop_front() else { return Ok(None) };
        let mut blocks = vec![Block::heading(3, type_label(&kind.resource_type), &self.anchor_of(&kind.resource_type))];
        if kind.failure_code.is_some() {
            let read = kind.complete_at.map_or_else(
                || "It was never read completely".to_owned(),
                |when| format!("It was last read completely at {}", at(when)),
            );
            blocks.push(Block::note(format!("{read}, and could not be when it was tried last: it may look different by now.")));
        }
        self.read(store, kind.resource_type, None).await?;
        Ok(Some((blocks, 0)))
    }

    async fn opening(&mut self, store: &Store) -> Result<Vec<Block>> {
        let mut types = store.inventory().summary(&self.scope).await?;
        types.retain(|kind| kind.items > 0);
        types.sort_by_cached_key(|kind| type_label(&kind.resource_type));
        let (tenant, total) = (self.scope.tenant(), types.iter().map(|kind| kind.items).sum::<i64>());
        let missing: i64 = types.iter().map(|kind| kind.missing).sum();
        let rows = [
            ("Tenant", name_of(&tenant.name)),
            ("Domain", tenant.domain.clone()),
            ("Microsoft Entra tenant id", tenant.entra_tenant_id.to_string()),
            ("Objects", counted(total, "object", "objects")),
        ];
        let mut blocks = vec![Block::Facts { rows: rows.map(|(name, value)| (name.to_owned(), value)).into() }];
        if types.is_empty() {
            blocks.push(Block::text("Nothing was read of this tenant so far."));
        } else {
            let line = |kind: &TypeSummary| {
                ContentsLine::new(type_label(&kind.resource_type), &self.anchor_of(&kind.resource_type), Some(kind.items))
            };
            blocks.push(Block::Contents { lines: types.iter().map(line).collect() });
        }
        if missing > 0 {
            let words = counted(missing, "object is", "objects are");
            blocks.push(Block::note(format!("{words} left out: the latest complete reading did not have it any more.")));
        }
        self.types = types.into();
        Ok(blocks)
    }

    fn anchor_of(&self, key: &str) -> String {
        format!("{}-{key}", self.anchor)
    }

    /// Reads the next objects of a type.
    async fn read(&mut self, store: &Store, key: String, cursor: Option<&Cursor>) -> Result<()> {
        let filter = InventoryFilter { types: vec![key.clone()], missing: Some(false), ..InventoryFilter::default() };
        let page = store.inventory().list(&self.scope, &filter, cursor, AT_ONCE).await?;
        let hashes: Vec<String> = page.rows.iter().map(|item| item.content_hash.clone()).collect();
        self.contents = Contents::read(store, &self.scope, &hashes).await?;
        self.items = page.rows.into();
        self.current = page.next.map(|next| (key, Some(next)));
        Ok(())
    }

    async fn told(&mut self, store: &Store, item: &InventoryItem) -> Result<Vec<Block>> {
        let content = self.contents.of(&item.content_hash);
        let none = Names::new();
        let names = match &content {
            Some(content) => self.names.learn(store, &self.scope, &named_in(&item.resource_type, content)).await?,
            None => &none,
        };
        Ok(object(item, content.as_ref(), names, &format!("{}-{}", self.anchor, item.id)))
    }
}
