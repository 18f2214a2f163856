//! Role definitions sync: the whole list, which is short → the cache → what the list does not have is gone.

use model::directory::{DirectoryKind, RoleDefinition};
use model::failure::{Code, Failure};
use model::resource_types;
use model::run::{CountKey, NewItem};
use store::DirectoryEnd;

use super::directory::{Traffic, add, full_pass, noted};
use crate::context::Context;
use crate::halt::Halt;

/// The item of the run.
const READ: &str = "role_definitions";

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    context.counts.set(CountKey::Total, 1);
    if context.recorded().await?.contains_key(READ) {
        return Ok(());
    }
    let read = roles(context).await;
    noted(context, DirectoryKind::RoleDefinitions, read).await?;
    context.record(vec![NewItem::succeeded(READ)]).await
}

async fn roles(context: &mut Context) -> Result<(), Halt> {
    let kind = resource_types::find("directory_role_definition").ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    let collection = resource_types::collections([kind]).pop().ok_or(Failure::new(Code::ResourceTypeUnknown))?;
    let session = context.connect().await?;
    let mut traffic = Traffic::of(&context.counts, &session);
    context.or_stop(session.check()).await??;
    context.phase("Reading role definitions.".to_owned());
    let pass = full_pass(context).await?;
    let mut pager = session.list(&collection);
    while let Some(page) = context.or_stop(pager.next()).await?? {
        context.checkpoint()?;
        let read: Vec<RoleDefinition> =
            page.objects.iter().filter_map(|object| RoleDefinition::read(object, pass.from)).collect();
        let odd = page.odd > 0 || read.len() < page.objects.len();
        let many = read.len();
        add(context, many, context.store.directory().observe_roles(&context.scope, read).await?);
        traffic.update(context, &session);
        context.report().await?;
        if odd {
            // Something was no role definition: what it was is not known, so nothing may be called gone.
            return Err(Failure::new(Code::GraphMalformedResponse).into());
        }
    }
    let end =
        DirectoryEnd { kind: DirectoryKind::RoleDefinitions, from: pass.from, full_from: Some(pass.from), delta_link: None };
    let gone = context.store.directory().complete(&context.scope, end).await?;
    context.counts.add(CountKey::Deleted, gone);
    Ok(())
}
