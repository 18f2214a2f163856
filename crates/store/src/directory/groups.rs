//! The list of groups by name: keyset pages, narrowed by a part of the name or by an id.

use std::collections::BTreeSet;

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
/// Up to so many blocks that hold a text are looked through for it. Where more do, SQLite reads on by name, which takes it 12 ms where the
/// hits come last of 100,000; PostgreSQL takes four times as long for that, and is told by the names of the blocks which groups come next.
const FEW_BLOCKS: usize = 100;
/// Names that are taken of those, for each row of the page: a name may be gone, or of a group of another kind.
const NAMES: usize = 4;

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
    /// Of these names; and the text, where there are more names that have it.
    Named(Vec<String>, Option<String>),
    /// By reading on.
    Anywhere(String),
    /// For nothing that is there.
    Nothing,
}

/// What is asked for.
struct Asked<'a> {
    scope: &'a TenantScope,
    filter: &'a DirectoryFilter,
    /// Where the page begins: the id and the name of the group beside it.
    at: Option<(Direction, (&'a str, &'a str))>,
    rows: u32,
    postgres: bool,
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
        let asked = Asked { scope, filter, at, rows, postgres: self.0.db().is_postgres() };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mut search = asked.how(&mut db).await?;
        let more = if let Search::Named(_, text) = &mut search { text.take() } else { None };
        let mut found = asked.read(&mut db, search).await?;
        if let Some(text) = more.filter(|_| found.len() <= rows as usize) {
            // Too many of the names were gone, or of other groups.
            found = asked.read(&mut db, Search::Anywhere(text)).await?;
        }
        db.end().await?;
        let (inside, back) = (asked.at.is_some(), asked.back());
        Ok(crate::runs::page(found, rows, inside, back, |row| key(&row.object_id, &row.name_key)).map(Group::from))
    }
}

impl Asked<'_> {
    const fn back(&self) -> bool {
        matches!(self.at, Some((Direction::Backward, _)))
    }

    async fn how(&self, db: &mut Reader) -> Result<Search> {
        let raw = self.filter.text.as_deref().unwrap_or_default().trim();
        if is_object_id(raw) {
            return Ok(Search::Id(object_id(raw)));
        }
        let tenant = self.scope.tenant_id();
        if raw.len() == 8 && raw.bytes().all(|b| b.is_ascii_hexdigit()) {
            const TAIL: &str =
                "select count(*) from (select 1 as one from directory_groups where tenant_id = $1 and id_tail = $2 limit 1) q";
            let (some,): (i64,) = db.one(sql(TAIL).bind(tenant).bind(object_id(raw))).await?;
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
        if self.filter.gone {
            return Ok(Search::Anywhere(text));
        }
        let blocks = sql("select block from directory_group_names where tenant_id = $1").bind(tenant);
        let blocks = holds(blocks, "names", text.clone(), self.postgres).push_bind(" limit ", (FEW_BLOCKS + 1) as i64);
        let blocks: Vec<(i64,)> = db.all(blocks).await?;
        Ok(match blocks.len() {
            0 => Search::Nothing,
            found if found <= FEW_BLOCKS => Search::Blocks(text, blocks.into_iter().map(|(block,)| block).collect()),
            _ if self.postgres => self.named(db, text).await?,
            _ => Search::Anywhere(text),
        })
    }

    /// The names that come next and have the text in them. Looking through the texts of all blocks takes as long wherever those names
    /// are; reading the groups by name would read nearly all of them where they come last.
    async fn named(&self, db: &mut Reader, text: String) -> Result<Search> {
        let blocks = sql("select names from directory_group_names where tenant_id = $1").bind(self.scope.tenant_id());
        let blocks: Vec<(String,)> = db.all(holds(blocks, "names", text.clone(), self.postgres)).await?;
        let names = blocks.iter().flat_map(|(names,)| lines_with(names, &text));
        let from = self.at.map(|(_, (_, name))| name);
        let (next, cut) = nearest(names, from, self.back(), NAMES * (self.rows as usize + 1));
        Ok(Search::Named(next.into_iter().map(str::to_owned).collect(), cut.then_some(text)))
    }

    async fn read(&self, db: &mut Reader, search: Search) -> Result<Vec<GroupRow>> {
        // Few rows are sorted after they were found: the order of the names is no way to find them.
        let among_hits = matches!(search, Search::Blocks(..) | Search::Named(..) | Search::Tail(..));
        let mut statement = sql(if among_hits { HITS } else { SELECT }).bind(self.scope.tenant_id());
        statement = statement.push(if self.filter.gone { " and deleted_at is not null" } else { " and deleted_at is null" });
        statement = match search {
            Search::Nothing => return Ok(Vec::new()),
            Search::All => statement,
            Search::Id(id) => statement.push_bind(" and object_id = ", id),
            Search::Tail(tail) => statement.push_bind(" and id_tail = ", tail),
            Search::Prefix(prefix) => {
                let end = after_prefix(&prefix);
                statement.push_bind(" and name_key >= ", prefix).push_if(" and name_key < ", end)
            }
            Search::Blocks(text, blocks) => holds(statement.push_in(" and block in ", blocks), "name_key", text, self.postgres),
            Search::Named(names, _) => statement.push_in(" and name_key in ", names),
            Search::Anywhere(text) => holds(statement, "name_key", text, self.postgres),
        };
        statement = statement.push(self.filter.kind.map_or("", condition));
        if among_hits {
            statement = statement.push(concat!(") select ", columns!(), " from hits where 1 = 1"));
        }
        let back = self.back();
        if let Some((_, (id, name))) = self.at {
            statement = statement
                .push_bind(if back { " and (name_key, object_id) < (" } else { " and (name_key, object_id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by name_key desc, object_id desc" } else { " order by name_key, object_id" };
        db.all(statement.push(order).push_bind(" limit ", self.rows + 1)).await
    }
}

/// The `most` names at or after `from` that come first, or at or before it that come last; and whether there are more.
fn nearest<'n>(names: impl Iterator<Item = &'n str>, from: Option<&str>, back: bool, most: usize) -> (BTreeSet<&'n str>, bool) {
    let (mut nearest, mut cut) = (BTreeSet::new(), false);
    for name in names {
        if from.is_some_and(|from| if back { name > from } else { name < from }) {
            continue;
        }
        if nearest.len() < most {
            nearest.insert(name);
            continue;
        }
        let farthest = if back { nearest.first() } else { nearest.last() };
        let comes = farthest.is_some_and(|farthest| if back { name > *farthest } else { name < *farthest });
        if comes && nearest.insert(name) {
            cut = true;
            if back {
                nearest.pop_first()
            } else {
                nearest.pop_last()
            };
        } else {
            cut = cut || !nearest.contains(name);
        }
    }
    (nearest, cut)
}

/// The lines of a text that have the other one in them; one that has it twice may come twice. One search over the whole is many times
/// faster than one in each line.
fn lines_with<'n>(names: &'n str, text: &str) -> impl Iterator<Item = &'n str> {
    names.match_indices(text).map(|(at, _)| {
        let begin = names[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = names[at..].find('\n').map_or(names.len(), |end| at + end);
        &names[begin..end]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_those_beside_the_page() {
        let names = ["d", "b", "a", "c", "b", "e"];
        let of = |from, back, most| {
            let (found, cut) = nearest(names.into_iter(), from, back, most);
            (found.into_iter().collect::<String>(), cut)
        };
        assert_eq!(of(None, false, 2), ("ab".to_owned(), true));
        assert_eq!(of(Some("b"), false, 9), ("bcde".to_owned(), false));
        assert_eq!(of(Some("d"), true, 2), ("cd".to_owned(), true));
        assert_eq!(of(Some("z"), false, 2), (String::new(), false));
        assert_eq!(of(None, false, 5), ("abcde".to_owned(), false), "a name that comes twice is one");
    }

    #[test]
    fn lines_are_found_by_what_is_in_them() {
        let names = "alpha one\nbeta\none alpha\n";
        assert_eq!(lines_with(names, "alpha").collect::<Vec<_>>(), ["alpha one", "one alpha"]);
        assert_eq!(lines_with(names, "beta").collect::<Vec<_>>(), ["beta"]);
        assert_eq!(lines_with("no end", "end").collect::<Vec<_>>(), ["no end"]);
        assert_eq!(lines_with(names, "gamma").count(), 0);
    }
}
