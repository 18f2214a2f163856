//! What a search reads: the contents that may have the words, the objects that have those, and their settings.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::InventoryItemId;
use model::setting_search::{SettingSearch, States, form};
use uuid::Uuid;

use super::letters::{Bucket, Members, asked, bucket_of, read};
use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::sql::{Sql, sql};

/// Rows of [`few`], at most; of the versions of an object the oldest are left out.
const MOST_OF_FEW: u32 = 5_000;

/// Contents of a tenant that may have what is asked for.
#[derive(Debug, Default)]
pub(super) struct Candidates(pub(super) BTreeMap<i64, Members>);

impl Candidates {
    pub(super) fn has(&self, number: i64) -> bool {
        let member = u8::try_from(number % super::letters::BLOCK).unwrap_or_default();
        self.0.get(&(number / super::letters::BLOCK)).is_some_and(|members| members.has(member))
    }

    /// Their numbers, when there are at most so many.
    pub(super) fn few(&self, most: usize) -> Option<Vec<i64>> {
        let all = self
            .0
            .iter()
            .flat_map(|(block, members)| members.iter().map(move |member| block * super::letters::BLOCK + i64::from(member)));
        let few: Vec<i64> = all.take(most + 1).collect();
        (few.len() <= most).then_some(few)
    }
}

pub(super) fn buckets(scope: &TenantScope, begin: &'static str, letters: &BTreeSet<u32>) -> Sql {
    let buckets: BTreeSet<i64> = letters.iter().map(|one| bucket_of(*one)).collect();
    sql(begin).push_bind(" from setting_letters where tenant_id = ", scope.tenant_id()).push_in(" and bucket in ", buckets)
}

/// The contents that have the letters of all words.
pub(super) async fn candidates(db: &mut Reader, scope: &TenantScope, words: &[String]) -> Result<Candidates> {
    const FORM: &str = "select form from setting_index where tenant_id = $1";
    let made: Option<(String,)> = db.optional(sql(FORM).bind(scope.tenant_id())).await?;
    if made.is_none_or(|(made,)| made != form()) {
        // An index of another form may have what is a secret in this one.
        return Ok(Candidates::default());
    }
    let letters = asked(words);
    let mut blocks: BTreeMap<i64, Bucket> = BTreeMap::new();
    for (block, bytes) in db.all::<(i64, Vec<u8>)>(buckets(scope, "select block, contents", &letters)).await? {
        read(&bytes, blocks.entry(block).or_default())?;
    }
    let mut all = BTreeMap::new();
    for (block, known) in blocks {
        let mut members: Option<Members> = None;
        for one in &letters {
            let have = known.get(one).copied().unwrap_or_default();
            let mut both = members.unwrap_or(have);
            both.and(have);
            members = Some(both);
        }
        if let Some(members) = members.filter(|members| !members.is_empty()) {
            all.insert(block, members);
        }
    }
    Ok(Candidates(all))
}

/// A version of an object, and the number of its content. An object that is only passed has no version.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) name_key: String,
    pub(super) resource_type: String,
    pub(super) platform: String,
    pub(super) latest_version: i64,
    pub(super) absent: bool,
    pub(super) version: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) captured_at: Option<DbTime>,
    pub(super) content: Option<i64>,
}

/// Where a list goes on: the object beside it.
pub(super) type At = Option<(String, InventoryItemId)>;

const COLUMNS: &str = "i.id, i.name_key, i.resource_type, i.platform, i.latest_version, i.absent, v.number as version, v.name,
  v.captured_at, c.number as content";

fn narrowed(mut statement: Sql, search: &SettingSearch, at: &At, back: bool) -> Sql {
    if !search.types.is_empty() {
        statement = statement.push_in(" and i.resource_type in ", search.types.iter().map(String::as_str));
    }
    if let Some((name, id)) = at {
        statement = statement
            .push_bind(if back { " and (i.name_key, i.id) < (" } else { " and (i.name_key, i.id) > (" }, name.as_str())
            .push_bind(", ", *id)
            .push(")");
    }
    statement
}

const fn order(back: bool) -> &'static str {
    if back { " order by i.name_key desc, i.id desc" } else { " order by i.name_key, i.id" }
}

/// The versions that have one of few contents: found by the contents.
pub(super) fn few(scope: &TenantScope, search: &SettingSearch, numbers: &[i64], at: &At, back: bool) -> Sql {
    let statement = sql("with c as materialized (select content_hash, resource_type, workspace_id, number from setting_contents")
        .push_bind(" where tenant_id = ", scope.tenant_id())
        .push_in(" and number in ", numbers.iter().copied())
        .push(") select ")
        .push(COLUMNS)
        .push(
            " from c join policy_versions v on v.workspace_id = c.workspace_id and v.content_hash = c.content_hash
            join inventory_items i on i.id = v.item_id and i.resource_type = c.resource_type",
        )
        .push(if search.states == States::Now { " and v.number = i.latest_version" } else { "" })
        .push_bind(" where v.tenant_id = ", scope.tenant_id());
    narrowed(statement, search, at, back).push(order(back)).push_bind(", v.number desc limit ", MOST_OF_FEW)
}

/// The next `objects` by name, each with its versions (the latest first) and the numbers of their contents.
pub(super) fn walk(scope: &TenantScope, search: &SettingSearch, at: &At, back: bool, objects: u32) -> Sql {
    let page = sql(
        "with p as materialized (select i.id, i.name_key, i.resource_type, i.platform, i.latest_version, i.absent from inventory_items i",
    )
    .push_bind(" where i.tenant_id = ", scope.tenant_id());
    narrowed(page, search, at, back)
        .push(order(back))
        .push_bind(" limit ", objects)
        .push(") select ")
        .push(COLUMNS)
        .push(" from p i left join policy_versions v on v.item_id = i.id and v.content_hash is not null")
        .push(if search.states == States::Now { " and v.number = i.latest_version" } else { "" })
        .push_bind(" left join setting_contents c on c.tenant_id = ", scope.tenant_id())
        .push(" and c.content_hash = v.content_hash and c.resource_type = i.resource_type")
        .push(order(back))
        .push(", v.number desc")
}

/// The settings of a content as they are stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) number: i64,
    pub(super) entries: Vec<u8>,
    pub(super) plain_size: i64,
    pub(super) cut: bool,
}

pub(super) fn settings(scope: &TenantScope, numbers: &BTreeSet<i64>) -> Sql {
    sql("select number, entries, plain_size, cut from setting_contents")
        .push_bind(" where tenant_id = ", scope.tenant_id())
        .push_in(" and number in ", numbers.iter().copied())
}
