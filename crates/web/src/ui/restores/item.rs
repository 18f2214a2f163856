//! One item of a restore: its states, its journal, and what is said of it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::diff::Veil;
use model::json::Json;
use model::label::Tone;
use model::resource_types::{self, ResourceType};
use model::restore::{Mapping, Outcome, Part, Purpose, Untold, apply, likeness, placeholder, side_by_side, wanted};
use pages::restores::{Item, JournalLine, Sides};
use pages::{Frame, Toast, href};
use store::{AskedApproval, ItemContents, Restore};

use super::sent::{Sent, ended};
use super::shown::{found, row, whole};
use crate::auth::deeds::EditRestore;
use crate::auth::extract::path_id;
use crate::auth::random::random;
use crate::auth::{Authorized, Form, InTenant};
use crate::comparison::aside;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::inventory::names::names;
use crate::ui::shell::in_tenant;

/// Lines of the journal that are shown.
const LINES: u32 = 200;
/// Properties that are offered.
const PROPERTIES: usize = 150;

/// What an item is compared with, secrets still in it.
pub(crate) struct Compared {
    /// The live state and the wanted one.
    pub(crate) plan: (Option<Json>, Option<Json>),
    /// What was wanted and what was read back.
    pub(crate) result: Option<(Option<Json>, Option<Json>)>,
    /// Properties that differ and stay as they are: they can be told only when an object is made.
    pub(crate) stays: Vec<String>,
}

/// The states of an item side by side, as far as they are kept: what differs here is what the restore calls different.
pub(crate) fn compared(contents: &ItemContents, mapping: &Mapping, purpose: Purpose) -> Compared {
    let Some(kind) = resource_types::find(&contents.item.resource_type) else {
        return Compared { plan: (contents.before.clone(), contents.wanted.clone()), result: None, stays: Vec::new() };
    };
    let goal = contents.wanted.as_ref().and_then(|source| goal(kind, source, contents, mapping, purpose));
    let plan = match (&goal, &contents.before) {
        (Some(goal), Some(before)) => {
            let (live, wanted) = side_by_side(kind, goal, before);
            (Some(live), Some(wanted))
        }
        _ => (contents.before.clone(), goal.clone().or_else(|| contents.wanted.clone())),
    };
    let differs = contents.item.outcome == Some(Outcome::Differs);
    let result = differs.then(|| match (&goal, &contents.after) {
        (Some(goal), Some(after)) => {
            let (live, wanted) = side_by_side(kind, goal, after);
            (Some(wanted), Some(live))
        }
        _ => (goal.clone(), contents.after.clone()),
    });
    let stays = match (&goal, &contents.before) {
        (Some(goal), Some(before)) => likeness(kind, goal, before).immutable,
        _ => Vec::new(),
    };
    Compared { plan, result, stays }
}

/// What the object shall be as a whole, with the references of this tenant.
fn goal(kind: &ResourceType, source: &Json, contents: &ItemContents, mapping: &Mapping, purpose: Purpose) -> Option<Json> {
    let untold = if purpose == Purpose::Undo { Untold::Clear } else { Untold::Keep };
    let mut goal = wanted(kind, source, contents.before.as_ref(), &contents.item.part, untold)?;
    // What cannot be mapped stands as it is where it is from.
    _ = apply(kind, &mut goal, mapping, &|item| Some(placeholder(item)));
    Some(goal)
}

/// `GET /admin/t/{tenant}/restores/{restore}/items/{number}`
pub(crate) async fn show(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::OK, restore, path_id(&params, "number")?, None).await
}

/// What the form says of an item.
enum Said {
    Part(Part),
    Target(String),
}

fn said(fields: &Fields) -> Option<Said> {
    if let Some(target) = fields.one("target") {
        // Fields have no empty values; to the store, none of those that it may be is an empty one.
        return Some(Said::Target(if target == "new" { String::new() } else { target.to_owned() }));
    }
    Some(Said::Part(match fields.one("part")? {
        "whole" => Part::Whole,
        "content" => Part::Content,
        "assignments" => Part::Assignments,
        "properties" => {
            let names: BTreeSet<String> = fields.all("property").map(str::to_owned).collect();
            Part::Properties { names: names.into_iter().collect() }
        }
        _ => return None,
    }))
}

/// `POST /admin/t/{tenant}/restores/{restore}/items/{number}`: `part` with `property`…, or `target`.
pub(crate) async fn say(
    Authorized { tenant: guard, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let number: u32 = path_id(&params, "number")?;
    let sent = sent.into_inner();
    let (restores, id) = (web.store().restores(), restore.id);
    restores.item(&guard.scope, id, number).await?;
    let said = said(&sent.fields).ok_or(Error::BadRequest("The form cannot be understood."))?;
    let done = match &said {
        Said::Part(part) => restores.set_part(&permit, id, sent.revision()?, &BTreeSet::from([number]), part).await,
        Said::Target(target) => restores.say_target(&permit, id, sent.revision()?, number, Some(target)).await,
    };
    let toast = Toast::plain("Saved", "Later steps are done anew.", Tone::Success);
    let done = done.map(|_| (toast, href::restore_item(guard.scope.tenant_id(), id, number)));
    let (web, guard) = (&web, &guard);
    ended(web, guard, &params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, number, Some(why))).await
}

fn line(line: store::JournalLine) -> JournalLine {
    let approval = line.data.as_ref().and_then(AskedApproval::code_in).map(str::to_owned);
    let request = line.method.zip(line.template).map(|(method, template)| format!("{method} {template}"));
    JournalLine {
        sequence: line.sequence,
        at: line.at,
        attempt: line.attempt,
        kind: line.kind,
        request,
        status: line.status,
        code: line.code,
        object_id: line.object_id,
        approval,
    }
}

/// Names of the properties of the top level that can be chosen one by one.
fn properties(kind: Option<&ResourceType>, source: Option<&Json>) -> Vec<String> {
    let (Some(kind), Some(source)) = (kind, source) else { return Vec::new() };
    let own = wanted(kind, source, None, &Part::Whole, Untold::Keep).unwrap_or_else(|| source.clone());
    let assigned = kind.assignments.as_ref().map(|assignments| assignments.path.as_str());
    let members = own.as_object().unwrap_or_default().iter().map(|(name, _)| name.to_string());
    let mut names: Vec<String> =
        members.filter(|name| !name.contains('@') && name != "id" && Some(name.as_str()) != assigned).collect();
    names.sort();
    names.truncate(PROPERTIES);
    names
}

async fn sides(
    web: &WebState,
    guard: &InTenant,
    veil: &Veil,
    kind: Option<&ResourceType>,
    states: (Option<Json>, Option<Json>),
) -> Result<Sides, Error> {
    let cover = |state: Option<Json>| state.map(|state| veil.over(kind, &state));
    let (before, after) = (cover(states.0), cover(states.1));
    let named = async |state: Option<&Json>| match state {
        Some(state) => names(web, &guard.scope, state).await,
        None => Ok(BTreeMap::new()),
    };
    let (names_before, names_after) = (named(before.as_ref()).await?, named(after.as_ref()).await?);
    Ok(Sides { before, after, names_before, names_after })
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    number: u32,
    problem: Option<String>,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let contents = restores.item_contents(&guard.scope, restore.id, number).await?;
    let mapping = restores.mapping(&guard.scope, restore.id).await?;
    let journal = restores.journal(&guard.scope, restore.id, Some(number), None, LINES).await?;
    let purpose = restore.purpose;
    let (contents, states) = aside(move || {
        let states = compared(&contents, &mapping, purpose);
        (contents, states)
    })
    .await?;
    let (around, _) = in_tenant(web, guard).await?;
    let kind = resource_types::find(&contents.item.resource_type);
    let veil = Veil::new(random()?);
    let result = match states.result {
        Some(result) => Some(sides(web, guard, &veil, kind, result).await?),
        None => None,
    };
    let item = contents.item;
    let page = Item {
        tenant: guard.scope.tenant().clone(),
        previewed: item.action.is_some(),
        target_id: item.result_id.clone().or_else(|| item.target_id.clone()),
        said: item.said_target.clone(),
        suggested: item.suggested.clone(),
        plan: sides(web, guard, &veil, kind, states.plan).await?,
        result,
        stays: states.stays,
        properties: properties(kind, contents.wanted.as_ref()),
        journal: journal.rows.into_iter().map(line).collect(),
        row: row(item),
        restore: whole(web, guard, restore).await?,
        problem,
    };
    let (frame, regions) = (Frame::from(around.shell), guard.signed.visit.regions.clone());
    aside(move || page_with(status, &page, &frame, regions.as_deref())).await
}
