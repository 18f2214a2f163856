//! References of which the inventory knows nothing: whether the tenant has what they name. It may: apps that nobody assigned are in no
//! list, and a directory was perhaps never read.

use std::collections::BTreeMap;

use model::failure::{Code, Failure};
use model::resource_types::find;
use model::restore::{Mapping, Reference, Target};
use outbound::graph::GraphSession;
use store::{Restore, StoreError};

use super::super::restore_live::{Address, read_many};
use super::super::restore_wanted::of_item;
use crate::context::Context;
use crate::halt::Halt;

/// References that are asked for; what is beyond them stays open.
const MOST: u32 = 500;
/// Objects that are read together.
const PORTION: usize = 100;

/// Asks for what the contents of the same tenant refer to, and decides what is there. In another tenant the same id means nothing.
pub(super) async fn look(
    context: &mut Context,
    session: &GraphSession,
    restore: &Restore,
    mapping: &mut Mapping,
) -> Result<(), Halt> {
    if restore.source_tenant != Some(restore.tenant_id) {
        return Ok(());
    }
    let open = context.store.restores().open_references(&context.scope, restore.id, MOST).await?;
    let asked: Vec<(&Reference, Address)> = open
        .iter()
        .flat_map(|reference| {
            let kinds = reference.types().into_iter().filter_map(find).filter(|kind| kind.readable());
            kinds.map(move |kind| (reference, Address { kind, id: reference.id.clone(), concrete: None }))
        })
        .collect();
    let mut there = BTreeMap::new();
    for portion in asked.chunks(PORTION) {
        let addresses = portion.iter().map(|(_, address)| address.clone()).collect();
        for ((reference, _), answer) in portion.iter().zip(context.or_stop(read_many(session, addresses)).await?) {
            match answer {
                Ok(_) => drop(there.insert((*reference).clone(), Target::Object { id: reference.id.clone() })),
                // What cannot be read stays open, and the plan says so.
                Err(failure) => drop(of_item(failure)?),
            }
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    let found: Vec<Reference> = there.keys().cloned().collect();
    match context.store.restores().decide_same(&context.scope, restore.id, restore.revision, &found).await {
        Err(StoreError::Conflict(_)) => return Err(Failure::new(Code::RestoreChanged).into()),
        done => done?,
    }
    mapping.0.extend(there);
    Ok(())
}
