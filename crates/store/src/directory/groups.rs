//! The list of groups by name: keyset pages, narrowed by a part of the name or by an id.

use model::directory::{DirectoryFilter, Group, GroupKind, is_object_id, object_id};
use model::page::{Cursor, Direction, Page};

use super::Directory;
use super::find::{key, read_key};
use super::row::{GroupRow, columns};
use crate::access::TenantScope;
use crate::db::{Reader, Result};
use crate::dialect;
use crate::fold::{after_prefix, folded};
use crate::sql::{Sql, sql};

/// Shorter texts are matched at the beginning of a name only.
const ANYWHERE_FROM: usize = 3;
/// Up to so many blocks that hold a text are looked through for it. A text that is in more of them is met soon by reading on by name.
const FEW_BLOCKS: usize = 100;

const SELECT: &str = concat!("select ", columns!(), " from directory_groups where tenant_id = $1");
const HITS: &str = concat!("with hits as materialized (select ", columns!(), " from directory_groups where tenant_id = $1");

/// How a text is searched for.
enum Search {
    /// Not at all.
    All,
    Id(String),
    Tail(String),
    Prefix(String),
    /// In these blocks.
    Blocks(String, Vec<i64>),
    /// By reading on.
    Anywhere(String),
    /// Nothing can be found.
    Nothing,
}

impl Directory<'_> {
    /// A page of groups by name.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn groups(
        &self,
        scope: &TenantScope,
        filter: &DirectoryFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<Group>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let postgres = self.0.db().is_postgres();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let search = how(&mut db, scope, filter, postgres).await?;
        if matches!(search, Search::Nothing) {
            return Ok(Page { rows: Vec::new(), next: None, previous: None });
        }
        let among_hits = matches!(search, Search::Blocks(..));
        let mut statement = sql(if among_hits { HITS } else { SELECT }).bind(scope.tenant_id());
        statement = statement.push(if filter.gone { " and deleted_at is not null" } else { " and deleted_at is null" });
        statement = match search {
            Search::All | Search::Nothing => statement,
            Search::Id(id) => statement.push_bind(" and object_id = ", id),
            Search::Tail(tail) => statement.push_bind(" and id_tail = ", tail),
            Search::Prefix(prefix) => {
                let end = after_prefix(&prefix);
                statement.push_bind(" and name_key >= ", prefix).push_if(" and name_key < ", end)
            }
            Search::Blocks(text, blocks) => holds(statement.push_in(" and block in ", blocks), "name_key", text, postgres),
            Search::Anywhere(text) => holds(statement, "name_key", text, postgres),
        };
        statement = statement.push(filter.kind.map_or("", condition));
        if among_hits {
            statement = statement.push(concat!(") select ", columns!(), " from hits where 1 = 1"));
        }
        if let Some((_, (id, name))) = at {
            statement = statement
                .push_bind(if back { " and (name_key, object_id) < (" } else { " and (name_key, object_id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by name_key desc, object_id desc" } else { " order by name_key, object_id" };
        let found: Vec<GroupRow> = db.all(statement.push(order).push_bind(" limit ", rows + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(found, rows, at.is_some(), back, |row| key(&row.object_id, &row.name_key)).map(Group::from))
    }
}

async fn how(db: &mut Reader, scope: &TenantScope, filter: &DirectoryFilter, postgres: bool) -> Result<Search> {
    let raw = filter.text.as_deref().unwrap_or_default().trim();
    if is_object_id(raw) {
        return Ok(Search::Id(object_id(raw)));
    }
    if raw.len() == 8 && raw.bytes().all(|b| b.is_ascii_hexdigit()) {
        const TAIL: &str =
            "select count(*) from (select 1 as one from directory_groups where tenant_id = $1 and id_tail = $2 limit 1) q";
        let (some,): (i64,) = db.one(sql(TAIL).bind(scope.tenant_id()).bind(object_id(raw))).await?;
        if some > 0 {
            return Ok(Search::Tail(object_id(raw)));
        }
    }
    let text = folded(raw);
    if text.is_empty() {
        // What folds to nothing was something all the same.
        return Ok(if raw.is_empty() { Search::All } else { Search::Nothing });
    }
    if text.chars().count() < ANYWHERE_FROM {
        return Ok(Search::Prefix(text));
    }
    if filter.gone {
        return Ok(Search::Anywhere(text));
    }
    let blocks = sql("select block from directory_group_names where tenant_id = $1").bind(scope.tenant_id());
    let blocks = holds(blocks, "names", text.clone(), postgres).push_bind(" limit ", (FEW_BLOCKS + 1) as i64);
    let blocks: Vec<(i64,)> = db.all(blocks).await?;
    Ok(match blocks.len() {
        0 => Search::Nothing,
        found if found <= FEW_BLOCKS => Search::Blocks(text, blocks.into_iter().map(|(block,)| block).collect()),
        _ => Search::Anywhere(text),
    })
}

/// Narrows to rows whose column has the text in it.
fn holds(statement: Sql, column: &'static str, text: String, postgres: bool) -> Sql {
    statement.push(" and ").push(dialect::place_in(postgres)).push(column).push_bind(", ", text).push(") > 0")
}

const fn condition(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Security => " and security",
        GroupKind::Microsoft365 => " and microsoft365",
        GroupKind::MailEnabled => " and mail_enabled",
        GroupKind::Dynamic => " and dynamic",
        GroupKind::RoleAssignable => " and role_assignable",
        GroupKind::OnPremises => " and on_premises",
        GroupKind::Unknown => " and 1 = 0",
    }
}
