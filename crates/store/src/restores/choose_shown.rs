//! What was chosen and left out of the objects that one page showed, in one transaction: a page is saved whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::ids::{RestoreId, ThingId};
use model::restore::{Part, RestoreState};
use serde_json::json;

use super::Restores;
use super::choose::{Choice, drop_whole, end_edit, take};
use super::wizard::{ChosenRow, chosen_of, chosen_rows};
use crate::access::{Permit, TenantScope};
use crate::db::Result;
use crate::sql::sql;

/// What is wanted of an object that a page showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// It is not chosen.
    Not,
    /// It is chosen, with as much of it as before; whole if it was not chosen.
    Chosen,
    /// It is chosen with that much of it.
    With(Part),
}

impl Restores<'_> {
    /// Chooses and leaves out what one page showed; other objects stay as they are. The answer is the new revision, or the same where
    /// nothing changed.
    ///
    /// # Errors
    /// As [`Restores::choose`].
    pub async fn choose_shown(
        &self,
        permit: &Permit<can::RestoreExecute>,
        from: &TenantScope,
        id: RestoreId,
        revision: i64,
        picks: &BTreeMap<ThingId, Pick>,
    ) -> Result<i64> {
        let grant = permit.grant();
        let source = self.source_of(grant, from, id).await?;
        let keys: Vec<ThingId> = picks.keys().copied().collect();
        let objects = self.objects_among(from, &source, &keys).await?;
        let wanted: BTreeSet<ThingId> = picks.iter().filter(|(_, pick)| **pick != Pick::Not).map(|(key, _)| *key).collect();
        let taken = self.chosen(from, &source, &Choice::These(wanted)).await?;
        let (mut tx, mut held) = self.begin_edit(grant, id, revision).await?;
        held.choosable(revision)?;
        let mut before: BTreeMap<ThingId, (u32, Part)> = BTreeMap::new();
        for statement in chosen_rows(id, &objects) {
            let rows: Vec<ChosenRow> = tx.all(statement).await?;
            for row in rows {
                if let Some((key, number, part)) = chosen_of(row, &objects)? {
                    before.insert(key, (number, part));
                }
            }
        }
        let (mut gone, mut parts): (Vec<u32>, Vec<(u32, &Part)>) = (Vec::new(), Vec::new());
        for (key, (number, now)) in &before {
            match picks.get(key) {
                Some(Pick::Not) => gone.push(*number),
                Some(Pick::With(part)) if part != now => parts.push((*number, part)),
                _ => {}
            }
        }
        let mut new = Vec::new();
        for mut object in taken {
            let Some(key) = objects.get(&(object.resource_type.clone(), object.source_id.clone())) else { continue };
            if before.contains_key(key) {
                continue;
            }
            if let Some(Pick::With(part)) = picks.get(key) {
                object.part = part.clone();
            }
            new.push(object);
        }
        if gone.is_empty() && parts.is_empty() && new.is_empty() {
            return Ok(revision);
        }
        if !gone.is_empty() {
            let leave = sql("delete from restore_items where restore_id = $1").bind(id);
            let leave = leave.push_in(" and number in ", gone.iter().copied()).push(" returning resource_type");
            let types: Vec<(String,)> = tx.all(leave).await?;
            drop_whole(&mut tx, id, types.into_iter().map(|(key,)| key).collect()).await?;
        }
        take(&mut tx, grant, id, &new).await?;
        for (number, part) in parts {
            let set = sql("update restore_items set part = $3 where restore_id = $1 and number = $2");
            tx.exec(set.bind(id).bind(number).bind(json!(part))).await?;
        }
        let (left,): (i64,) = tx.one(sql("select count(*) from restore_items where restore_id = $1").bind(id)).await?;
        held.back_to(&mut tx, if left == 0 { RestoreState::Draft } else { RestoreState::Scoped }).await?;
        end_edit(tx, grant, held).await
    }
}
