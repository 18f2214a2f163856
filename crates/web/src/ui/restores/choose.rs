//! The first step: choosing objects of the source.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::ids::{RestoreId, ThingId};
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use model::resource_types::Platform;
use model::restore::{Part, Purpose};
use pages::restores::{Candidate, CandidateFilter, Choose, Step, TypeCount};
use pages::{Frame, Toast, href};
use store::StoreError;
use store::access::{Permit, TenantScope};
use store::{CandidateFilter as Wanted, Choice, Pick, Restore};

use super::sent::{Sent, ended, to};
use super::shown::{found, source_scope, while_editable, whole};
use crate::auth::deeds::EditRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/restores/{restore}/choose?type=&platform=&q=&cursor=`
pub(crate) async fn form(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    while_editable(&web, &guard, &params, async |restore: Restore| {
        // What a retry or an undo puts back stands already.
        if restore.purpose != Purpose::Restore {
            return Ok(see_other(&href::restore(guard.scope.tenant_id(), restore.id)));
        }
        answer(&web, &guard, StatusCode::OK, restore, &query, None).await
    })
    .await
}

/// `POST /admin/t/{tenant}/restores/{restore}/choose`: `act` says what is chosen.
pub(crate) async fn choose(
    Authorized { tenant: guard, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let done = act(&web, &guard, &permit, &restore, &sent).await;
    // Who turns a page or narrows the list sees that it was done.
    let quiet = sent.act().starts_with("page:");
    let toast = (!quiet).then(|| Toast::plain("Choice saved", "Later steps are done anew.", Tone::Success));
    let there = there(&guard, restore.id, &sent);
    let (web, guard, none) = (&web, &guard, &Fields::default());
    let again = |now, why| answer(web, guard, StatusCode::CONFLICT, now, none, Some(why));
    ended(web, guard, &params, done.map(|()| (toast, there)), again).await
}

/// Where a form leads.
fn there(guard: &InTenant, restore: RestoreId, sent: &Sent) -> String {
    let field = |name: &str| sent.fields.one(name).and_then(local_path).map(str::to_owned);
    let named = match sent.act() {
        "page:on" => Some(to(guard, restore, Step::Map.code())),
        "page:next" => field("next"),
        "page:previous" => field("previous"),
        "page:filter" => Some(filter(&sent.fields).query(guard.scope.tenant_id(), restore).into()),
        "page:all" => None,
        _ => field("back"),
    };
    named.unwrap_or_else(|| to(guard, restore, Step::Choose.code()))
}

async fn act(
    web: &WebState,
    guard: &InTenant,
    permit: &Permit<can::RestoreExecute>,
    restore: &Restore,
    sent: &Sent,
) -> Result<(), Error> {
    let (restores, id, revision) = (web.store().restores(), restore.id, sent.revision()?);
    let from = source_scope(web, guard, restore).await?;
    let of_type = |key: &str| Choice::Matching(Wanted { types: vec![key.to_owned()], ..Wanted::default() });
    match sent.act().split_once(':').unwrap_or((sent.act(), "")) {
        ("all", _) => _ = restores.choose(permit, &from, id, revision, &Choice::everything()).await?,
        ("all-of", key) => _ = restores.choose(permit, &from, id, revision, &of_type(key)).await?,
        ("none", _) => {
            let numbers = restores.chosen_numbers(&guard.scope, id, None).await?;
            restores.leave_out(permit, id, revision, &numbers).await?;
        }
        ("none-of", key) => {
            let numbers = restores.chosen_numbers(&guard.scope, id, Some(key)).await?;
            restores.leave_out(permit, id, revision, &numbers).await?;
        }
        ("exactly", _) => {
            restores.set_prune(permit, id, revision, sent.fields.one("exactly") == Some("yes")).await?;
        }
        ("page", "on") => {
            let revision = page(web, permit, &from, restore, sent).await?;
            if restores.chosen_numbers(&guard.scope, id, None).await?.is_empty() {
                return Err(Error::Conflict("choose at least one object first"));
            }
            restores.map_references(permit, &from, id, revision).await?;
        }
        ("page", _) => _ = page(web, permit, &from, restore, sent).await?,
        _ => return Err(Error::BadRequest("The form cannot be understood.")),
    }
    Ok(())
}

/// How much of an object, as the form of the list says it; `None`: as it is.
fn part(code: &str) -> Option<Part> {
    match code {
        "whole" => Some(Part::Whole),
        "content" => Some(Part::Content),
        "assignments" => Some(Part::Assignments),
        _ => None,
    }
}

/// What was chosen and left out on one page of the list: objects that are not on it stay as they are. Gives the revision after it.
async fn page(
    web: &WebState,
    permit: &Permit<can::RestoreExecute>,
    from: &TenantScope,
    restore: &Restore,
    sent: &Sent,
) -> Result<i64, Error> {
    let wanted: BTreeSet<ThingId> = sent.fields.all("item").filter_map(|text| text.parse().ok()).collect();
    // A field of each for every row: what is no id is no row, and its neighbour is not another one's.
    let rows = sent.fields.all("shown").zip(sent.fields.all("part"));
    let pick = |(key, code): (&str, &str)| {
        let key: ThingId = key.parse().ok()?;
        let pick = match part(code) {
            _ if !wanted.contains(&key) => Pick::Not,
            Some(part) => Pick::With(part),
            None => Pick::Chosen,
        };
        Some((key, pick))
    };
    let picks: BTreeMap<ThingId, Pick> = rows.filter_map(pick).collect();
    Ok(web.store().restores().choose_shown(permit, from, restore.id, sent.revision()?, &picks).await?)
}

fn filter(query: &Fields) -> CandidateFilter {
    let platform = query.one("platform").and_then(|code| Platform::ALL.iter().copied().find(|known| known.code() == code));
    CandidateFilter {
        resource_type: query.one("type").map(str::to_owned),
        platform,
        text: query.one("q").map(|text| text.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty()),
    }
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    query: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let from = match source_scope(web, guard, &restore).await {
        // The other tenant is gone: what was chosen stands, nothing more can be.
        Err(Error::Conflict(_)) => return Ok(see_other(&href::restore(guard.scope.tenant_id(), restore.id))),
        from => from?,
    };
    let (around, _) = in_tenant(web, guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (restores, id, source, filter) = (web.store().restores(), restore.id, restore.source, filter(query));
    let wanted =
        Wanted { types: filter.resource_type.iter().cloned().collect(), platform: filter.platform, text: filter.text.clone() };
    let listed = restores.candidates(&from, &source, &wanted, cursor.as_ref(), PAGE_ROWS).await?;
    let keys: Vec<ThingId> = listed.rows.iter().map(|candidate| candidate.key).collect();
    let mut chosen = restores.chosen_among(&guard.scope, &from, id, &keys).await?;
    let candidates = listed.map(|candidate| Candidate {
        chosen: chosen.remove(&candidate.key),
        key: candidate.key,
        resource_type: candidate.resource_type,
        object_id: candidate.object_id,
        name: candidate.name,
        platform: candidate.platform,
    });
    let page = Choose {
        tenant: guard.scope.tenant().clone(),
        types: types(web, guard, &from, id, &restore).await?,
        restore: whole(web, guard, restore).await?,
        filter,
        candidates,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// What the source has of each type, and how much of it is chosen.
async fn types(
    web: &WebState,
    guard: &InTenant,
    from: &TenantScope,
    id: RestoreId,
    restore: &Restore,
) -> Result<Vec<TypeCount>, StoreError> {
    let restores = web.store().restores();
    let chosen: BTreeMap<String, i64> = restores.chosen_types(&guard.scope, id).await?.into_iter().collect();
    let all = restores.candidate_types(from, &restore.source).await?;
    let count = |(resource_type, objects): (String, i64)| TypeCount {
        chosen: chosen.get(&resource_type).copied().unwrap_or(0).min(objects),
        resource_type,
        objects,
    };
    Ok(all.into_iter().map(count).collect())
}
