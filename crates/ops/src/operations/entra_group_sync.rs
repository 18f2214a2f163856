//! Directory groups sync: what changed since the latest one, by Microsoft's delta link, or all groups → the cache → which of them are
//! assigned, and how many members those have.
//!
//! - The cursor names the pass and the page, so that a later attempt goes on there. Writing a page again changes nothing.
//! - A link that Microsoft no longer takes begins a pass over all groups; only such a pass, once it is through, tells what is gone
//!   without having been told so.

use model::directory::{DirectoryKind, GroupChange};
use model::failure::{Code, Failure};
use model::operations::entra_group_sync::Arguments;
use model::run::{CountKey, NewEvent, NewItem};
use model::time::Moment;
use outbound::graph::{DeltaLink, DeltaStep, GraphSession};
use serde::{Deserialize, Serialize};
use store::{DirectoryEnd, Pass};

use super::directory::{Traffic, add, full_pass, noted, references};
use crate::context::Context;
use crate::halt::Halt;

/// Groups that are written together.
const PORTION: usize = 500;
/// How often a pass may begin anew.
const MAX_RESTARTS: u32 = 2;
/// The items of the run.
const READ: &str = "groups";
const COUNTED: &str = "members";
const GROUPS: &str = "/v1.0/groups";

/// Where a later attempt goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Place {
    /// When the pass began, in microseconds since 1970.
    from: i64,
    full: bool,
    /// The next page; the beginning without it.
    link: Option<String>,
}

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    context.counts.set(CountKey::Total, 2);
    let done = context.recorded().await?;
    let session = context.connect().await.map_err(Halt::from);
    let session = noted(context, DirectoryKind::Groups, session).await?;
    let mut traffic = Traffic::of(&context.counts, &session);
    if !done.contains_key(READ) {
        let read = groups(context, &session, &mut traffic, arguments).await;
        noted(context, DirectoryKind::Groups, read).await?;
        context.record(vec![NewItem::succeeded(READ)]).await?;
    }
    if !done.contains_key(COUNTED) {
        let counted = references::count(context, &session, &mut traffic).await?;
        traffic.update(context, &session);
        context.record(vec![counted.map_or(NewItem::succeeded(COUNTED), |code| NewItem::failed(COUNTED, code))]).await?;
    }
    Ok(())
}

async fn groups(context: &mut Context, session: &GraphSession, traffic: &mut Traffic, arguments: Arguments) -> Result<(), Halt> {
    context.or_stop(session.check()).await??;
    let (mut pass, mut link) = beginning(context, arguments).await?;
    let mut restarts = 0;
    loop {
        context.phase(if pass.full {
            "Reading all groups.".to_owned()
        } else {
            "Reading what changed of the groups.".to_owned()
        });
        match whole(context, session, traffic, pass, link.as_ref()).await? {
            Some(next) => {
                let (from, full_from) = (pass.from, pass.full.then_some(pass.from));
                let end =
                    DirectoryEnd { kind: DirectoryKind::Groups, from, full_from, delta_link: Some(next.as_str().to_owned()) };
                let gone = context.store.directory().complete(&context.scope, end).await?;
                context.counts.add(CountKey::Deleted, gone);
                return Ok(());
            }
            None if restarts < MAX_RESTARTS => {
                restarts += 1;
                let words = "Microsoft no longer knows where the latest sync ended. All groups are read again.";
                context.event(NewEvent::warning("resync", words));
                context.store.directory().forget_delta_link(&context.scope).await?;
                (pass, link) = (full_pass(context).await?, None);
            }
            None => return Err(Failure::new(Code::GraphEndlessPaging).into()),
        }
    }
}

/// Where to begin: where an earlier attempt was, else where the latest sync ended, else at the beginning.
async fn beginning(context: &Context, arguments: Arguments) -> Result<(Pass, Option<DeltaLink>), Halt> {
    if let Some(place) = context.cursor.as_deref().and_then(|text| serde_json::from_str::<Place>(text).ok()) {
        let pass = Pass { from: Moment::from_micros(place.from), full: place.full };
        return Ok((pass, place.link.map(DeltaLink::stored)));
    }
    let link = if arguments.full { None } else { context.store.directory().delta_link(&context.scope).await? };
    let pass = full_pass(context).await?;
    Ok((Pass { full: link.is_none(), ..pass }, link.map(DeltaLink::stored)))
}

/// Reads a round to its end; gives the link for the next one, or `None` when it has to begin anew.
async fn whole(
    context: &mut Context,
    session: &GraphSession,
    traffic: &mut Traffic,
    pass: Pass,
    link: Option<&DeltaLink>,
) -> Result<Option<DeltaLink>, Halt> {
    let mut pager = session.delta(GROUPS, GroupChange::SELECT, link);
    let mut portion: Vec<GroupChange> = Vec::with_capacity(PORTION);
    loop {
        context.checkpoint()?;
        match context.or_stop(pager.next()).await?? {
            DeltaStep::Resync => return Ok(None),
            DeltaStep::Done(next) => return Ok(Some(next)),
            DeltaStep::Page(page) => {
                let objects = page.objects.len();
                portion.extend(page.objects.iter().filter_map(GroupChange::read));
                if portion.len() >= PORTION || page.next.is_none() {
                    let portion = std::mem::take(&mut portion);
                    let read = portion.len();
                    add(context, read, context.store.directory().observe_groups(&context.scope, pass, portion).await?);
                    traffic.update(context, session);
                    let so_far = context.counts.get(CountKey::Items).unwrap_or(0);
                    context.now_doing(format!("Reading groups: {so_far} so far."));
                    if let Some(next) = &page.next {
                        let place = Place { from: pass.from.micros(), full: pass.full, link: Some(next.as_str().to_owned()) };
                        context.report_at(serde_json::to_string(&place).ok()).await?;
                    }
                }
                if page.odd > 0 || (objects > 0 && page.objects.iter().any(|object| GroupChange::read(object).is_none())) {
                    // Something was no group: what it was is not known, so nothing may be called gone, nor done.
                    return Err(Failure::new(Code::GraphMalformedResponse).into());
                }
            }
        }
    }
}
