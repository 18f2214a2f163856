//! A page of objects whose settings have all words of a search, by name.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::ids::InventoryItemId;
use model::page::{Cursor, Direction, Page};
use model::resource_types::Platform;
use model::setting_search::{FoundObject, FoundSetting, SettingSearch};

use super::read::{self, At, Candidates, Row, Stored};
use super::{SettingSearches, lines};
use crate::access::TenantScope;
use crate::blobs;
use crate::db::{Reader, Result};
use crate::error::StoreError;

/// Up to so many contents that may have the words, their objects are found by them; where more may, objects are looked through by name.
const FEW: usize = 300;
/// Objects that are looked through together: with one version each, and with all.
const AT_ONCE: (u32, u32) = (1_000, 200);
/// Objects of which settings are read together.
const WINDOW: usize = 64;
/// Contents that are read for a page, and objects that are passed, at most: then a page ends where it is.
const MOST_READ: usize = 600;
const MOST_PASSED: usize = 20_000;

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingPage {
    /// The objects, by name.
    pub page: Page<FoundObject>,
    /// Whether the search stopped before the page was full, because it had looked at so much: its next page goes on from there.
    pub stopped: bool,
}

/// An object with its versions that may have the words, the latest first.
struct Object {
    row: Row,
    versions: VecDeque<Row>,
}

/// What was found in a content.
#[derive(Clone)]
struct Found {
    settings: Vec<FoundSetting>,
    more: usize,
    cut: bool,
}

struct Search<'a> {
    scope: &'a TenantScope,
    wanted: &'a SettingSearch,
    words: Vec<String>,
    candidates: Candidates,
    few: Option<Vec<i64>>,
    back: bool,
    rows: usize,
    /// The last object that was looked at.
    at: At,
    known: BTreeMap<i64, Option<Found>>,
    found: Vec<FoundObject>,
    /// The place of each of those.
    places: Vec<(String, InventoryItemId)>,
    /// Whether it got further than where it began.
    moved: bool,
    stopped: bool,
}

impl SettingSearches<'_> {
    /// A page of the tenant's objects that have a setting with every word of the search, each with the latest version that has one. A
    /// search without words finds nothing.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn find(
        &self,
        scope: &TenantScope,
        wanted: &SettingSearch,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<SettingPage> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let (back, inside) = (matches!(at, Some((Direction::Backward, _))), at.is_some());
        let words = lines::words(&wanted.text);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let candidates = if words.is_empty() { Candidates::default() } else { read::candidates(&mut db, scope, &words).await? };
        let few = candidates.few(FEW);
        let mut search = Search {
            scope,
            wanted,
            words,
            candidates,
            few,
            back,
            rows: rows as usize,
            at: at.map(|(_, at)| at),
            known: BTreeMap::new(),
            found: Vec::new(),
            places: Vec::new(),
            moved: false,
            stopped: false,
        };
        search.run(&mut db).await?;
        db.end().await?;
        Ok(search.page(inside))
    }

    /// How the database answers a search: the letters of its words, then the objects of few contents, then a walk through all.
    ///
    /// # Errors
    /// When the database refuses.
    #[cfg(feature = "testing")]
    pub async fn explain(&self, scope: &TenantScope, wanted: &SettingSearch) -> Result<Vec<String>> {
        let postgres = self.0.db().is_postgres();
        let explain = if postgres { "explain (costs off) " } else { "explain query plan " };
        let letters = super::letters::asked(&lines::words(&wanted.text));
        let numbers: Vec<i64> = (0..20).collect();
        let statements = [
            read::buckets(scope, "select block, contents", &letters),
            read::few(scope, wanted, &numbers, &None, false),
            read::walk(scope, wanted, &None, false, AT_ONCE.1),
            read::settings(scope, &numbers.iter().copied().collect()),
        ];
        let mut plans = Vec::new();
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        for statement in statements {
            let statement = statement.before(explain);
            let lines: Vec<String> = if postgres {
                db.all::<(String,)>(statement).await?.into_iter().map(|(line,)| line).collect()
            } else {
                db.all::<(i64, i64, i64, String)>(statement).await?.into_iter().map(|(.., line)| line).collect()
            };
            plans.push(lines.join("\n"));
        }
        db.end().await?;
        Ok(plans)
    }
}

/// Id (36 characters), then the name's key.
fn key((name, id): &(String, InventoryItemId)) -> String {
    format!("{id}{name}")
}

fn read_key(cursor: &Cursor) -> Option<(String, InventoryItemId)> {
    let (id, name) = cursor.key.split_at_checked(36)?;
    Some((name.to_owned(), id.parse().ok()?))
}

impl Search<'_> {
    async fn run(&mut self, db: &mut Reader) -> Result<()> {
        if self.candidates.0.is_empty() {
            return Ok(());
        }
        let mut passed = 0;
        loop {
            let (objects, last) = self.objects(db).await?;
            passed += objects.len();
            let mut rest: VecDeque<Object> = objects.into();
            while !rest.is_empty() {
                let window: Vec<Object> = rest.drain(..WINDOW.min(rest.len())).collect();
                self.look(db, window).await?;
                if self.stopped || self.found.len() > self.rows {
                    return Ok(());
                }
            }
            if last {
                return Ok(());
            }
            if passed >= MOST_PASSED {
                self.stopped = true;
                return Ok(());
            }
        }
    }

    /// The next objects, each with the versions that may have the words; and whether they are the last.
    async fn objects(&self, db: &mut Reader) -> Result<(Vec<Object>, bool)> {
        let now = self.wanted.states == model::setting_search::States::Now;
        let at_once = if now { AT_ONCE.0 } else { AT_ONCE.1 };
        let statement = match &self.few {
            Some(few) => read::few(self.scope, self.wanted, few, &self.at, self.back),
            None => read::walk(self.scope, self.wanted, &self.at, self.back, at_once),
        };
        let mut objects: Vec<Object> = Vec::new();
        for row in db.all::<Row>(statement).await? {
            if objects.last().is_none_or(|object| object.row.id != row.id) {
                objects.push(Object { row: row.clone(), versions: VecDeque::new() });
            }
            let may = row.version.is_some() && row.content.is_some_and(|content| self.candidates.has(content));
            if let Some(object) = objects.last_mut().filter(|_| may) {
                object.versions.push_back(row);
            }
        }
        let last = self.few.is_some() || objects.len() < at_once as usize;
        Ok((objects, last))
    }

    /// Finds the latest version of each object that has the words: first of all their latest candidates, then the ones before, so that
    /// few contents are read where the words are common.
    async fn look(&mut self, db: &mut Reader, mut window: Vec<Object>) -> Result<()> {
        loop {
            let mut unread: BTreeSet<i64> = BTreeSet::new();
            for object in &mut window {
                // What is known not to have the words is no candidate any more.
                while let Some(content) = object.versions.front().and_then(|row| row.content) {
                    match self.known.get(&content) {
                        Some(Some(_)) => break,
                        Some(None) => _ = object.versions.pop_front(),
                        None => {
                            unread.insert(content);
                            break;
                        }
                    }
                }
            }
            if unread.is_empty() {
                break;
            }
            if self.known.len() >= MOST_READ {
                self.stopped = true;
                break;
            }
            self.read(db, &unread).await?;
        }
        for object in window {
            let place = (object.row.name_key.clone(), InventoryItemId::from_uuid(object.row.id));
            if let Some(row) = object.versions.front() {
                let known = row.content.and_then(|content| self.known.get(&content));
                let Some(Some(found)) = known else {
                    // Here it stopped. What stands first is passed, so that the next page goes on.
                    if !self.moved {
                        self.at = Some(place);
                    }
                    return Ok(());
                };
                self.found.push(told(row, found.clone()));
                self.places.push(place.clone());
            }
            self.at = Some(place);
            self.moved = true;
        }
        Ok(())
    }

    async fn read(&mut self, db: &mut Reader, numbers: &BTreeSet<i64>) -> Result<()> {
        let stored: Vec<Stored> = db.all(read::settings(self.scope, numbers)).await?;
        let words = self.words.clone();
        // Many settings take a while; meanwhile others work.
        let looked = tokio::task::spawn_blocking(move || {
            stored.iter().map(|one| Ok((one.number, look_into(one, &words)?))).collect::<Result<Vec<_>>>()
        });
        let looked = looked.await.map_err(|_| StoreError::Corrupt("the settings of a content"))??;
        self.known.extend(numbers.iter().map(|number| (*number, None)));
        self.known.extend(looked);
        Ok(())
    }

    fn page(self, inside: bool) -> SettingPage {
        let Self { mut found, mut places, at, rows, back, stopped, .. } = self;
        let more = found.len() > rows;
        found.truncate(rows);
        places.truncate(rows);
        let stopped = stopped && !more;
        // Where a search stopped, it goes on behind what it looked at, which may be nothing that was found.
        let end = if stopped { at.as_ref() } else { places.last() }.map(key);
        let begin = places.first().map(key);
        // Backwards nothing may be found, and what it came from must still be reached: from where it stopped, or from the beginning.
        let begin = begin.or_else(|| {
            let from = if stopped { at.clone() } else { None };
            back.then(|| key(&from.unwrap_or_else(|| (String::new(), InventoryItemId::from_uuid(uuid::Uuid::nil())))))
        });
        let to = |direction, key: Option<String>| key.map(|key| Cursor { direction, key });
        let on = more || stopped;
        let (next, previous) = if back {
            (to(Direction::Forward, begin), if on { to(Direction::Backward, end) } else { None })
        } else {
            (if on { to(Direction::Forward, end) } else { None }, if inside { to(Direction::Backward, begin) } else { None })
        };
        if back {
            found.reverse();
        }
        SettingPage { page: Page { rows: found, next, previous }, stopped }
    }
}

fn look_into(stored: &Stored, words: &[String]) -> Result<Option<Found>> {
    let text = blobs::unpack(&stored.entries, stored.plain_size)?;
    let (settings, more) = lines::hits(&text, words);
    Ok((!settings.is_empty()).then_some(Found { settings, more, cut: stored.cut }))
}

fn told(row: &Row, found: Found) -> FoundObject {
    FoundObject {
        item_id: InventoryItemId::from_uuid(row.id),
        resource_type: row.resource_type.clone(),
        platform: Platform::from_code(&row.platform),
        name: row.name.clone().unwrap_or_default(),
        version: row.version.unwrap_or_default(),
        captured_at: row.captured_at.map_or(model::time::Moment::from_micros(0), |at| at.0),
        latest: row.latest_version,
        gone: row.absent,
        settings: found.settings,
        more: found.more,
        cut: found.cut,
    }
}
