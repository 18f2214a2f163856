//! The second step: what references become.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::directory::SelectorKind;
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use model::restore::{Reference, Target};
use pages::restores::{Map, Mapped, Offer, ReferencePage, Step};
use pages::{FieldProblem, Frame, Toast};
use store::{MappedReference, Restore};

use super::sent::{Sent, ended, to};
use super::shown::{brief, found, source_scope, while_editable};
use crate::auth::deeds::EditRestore;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::directory::selector::selector;
use crate::ui::shell::in_tenant;

fn mapped(row: MappedReference) -> Mapped {
    Mapped {
        name: Some(row.name).filter(|name| !name.is_empty()),
        used_by: row.used.uses,
        narrowing: row.used.narrowing,
        droppable: row.used.droppable,
        target: row.target.map(|target| (target, row.target_name)),
        origin: row.origin,
        suggested: row.suggested.into_iter().next().map(|one| one.name),
        reference: row.reference,
    }
}

/// `GET /admin/t/{tenant}/restores/{restore}/map?open=&cursor=`
pub(crate) async fn form(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    while_editable(&web, &guard, &params, |restore| answer(&web, &guard, StatusCode::OK, restore, &query, None)).await
}

/// `POST /admin/t/{tenant}/restores/{restore}/map`: `act` is `find` (the references of what is chosen) or `take` (all suggestions).
pub(crate) async fn act(
    Authorized { tenant: guard, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let sent = sent.into_inner();
    let (restores, revision) = (web.store().restores(), sent.revision()?);
    let done = match sent.act() {
        "find" => {
            let from = source_scope(&web, &guard, &restore).await?;
            restores.map_references(&permit, &from, restore.id, revision).await
        }
        "take" => restores.take_suggested(&permit, restore.id, revision).await,
        _ => return Err(Error::BadRequest("The form cannot be understood.")),
    };
    let done = done.map(|_| (None, to(&guard, restore.id, Step::Map.code())));
    let (web, guard, none) = (&web, &guard, &Fields::default());
    ended(web, guard, &params, done, |now, why| answer(web, guard, StatusCode::CONFLICT, now, none, Some(why))).await
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    query: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (restores, id, open_only) = (web.store().restores(), restore.id, query.one("open") == Some("yes"));
    let listed = restores.mappings(&guard.scope, id, open_only, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Map {
        tenant: guard.scope.tenant().clone(),
        restore: brief(web, guard, restore).await?,
        open_only,
        references: listed.map(mapped),
        open: restores.open_mappings(&guard.scope, id).await?,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// The reference of the path.
fn reference(params: &RawPathParams) -> Result<Reference, Error> {
    let part = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).ok_or(Error::NotFound);
    Ok(Reference { resource_type: part("kind")?, id: part("reference")? })
}

/// `GET /admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}?to=`
pub(crate) async fn one(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let chosen = query.one("to").unwrap_or_default().to_owned();
    answer_one(&web, &guard, StatusCode::OK, restore, &reference(&params)?, chosen, None).await
}

/// What the form says that a reference becomes.
fn target(fields: &Fields) -> Result<Target, FieldProblem> {
    if fields.one("drop") == Some("yes") {
        let reason: String = fields.one("reason").unwrap_or_default().trim().chars().take(200).collect();
        return if reason.is_empty() {
            Err(FieldProblem::new("reason", "Say why the assignments are left out."))
        } else {
            Ok(Target::Dropped { reason })
        };
    }
    match fields.one("to").filter(|to| *to != "none") {
        Some(to) => Ok(match to.strip_prefix("item:").and_then(|number| number.parse().ok()) {
            Some(item) => Target::Planned { item },
            None => Target::Object { id: to.to_owned() },
        }),
        None => Err(FieldProblem::new("to", "Choose what it becomes.")),
    }
}

/// `POST /admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}`
pub(crate) async fn decide(
    Authorized { tenant: guard, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    let (sent, reference) = (sent.into_inner(), reference(&params)?);
    let chosen = sent.fields.one("to").unwrap_or_default().to_owned();
    // Whoever cannot see the reference learns nothing of what a form needs.
    web.store().restores().mapped_reference(&guard.scope, restore.id, &reference).await?;
    let target = match target(&sent.fields) {
        Ok(target) => target,
        Err(problem) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return answer_one(&web, &guard, status, restore, &reference, chosen, Some(problem)).await;
        }
    };
    let decided = web.store().restores().decide(&permit, restore.id, sent.revision()?, &reference, Some(&target)).await;
    let toast = Toast::plain("Decided", "Later steps are done anew.", Tone::Success);
    let done = decided.map(|_| (toast, to(&guard, restore.id, Step::Map.code())));
    let (web, guard, reference) = (&web, &guard, &reference);
    let problem = |why: String| Some(FieldProblem::new("", why));
    let again = |now, why| answer_one(web, guard, StatusCode::CONFLICT, now, reference, chosen, problem(why));
    ended(web, guard, &params, done, again).await
}

async fn answer_one(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    reference: &Reference,
    chosen: String,
    problem: Option<FieldProblem>,
) -> Result<Response, Error> {
    let found = web.store().restores().mapped_reference(&guard.scope, restore.id, reference).await?;
    let offer =
        |one: &store::Suggestion| Offer { to: one.id.clone(), name: one.name.clone(), why: "The same name or rule".to_owned() };
    let kind = match reference.resource_type.as_str() {
        "group" => Some(SelectorKind::Groups),
        "directory_role" | "directory_role_definition" => Some(SelectorKind::RoleDefinitions),
        "assignment_filter" => Some(SelectorKind::AssignmentFilters),
        "scope_tag" => Some(SelectorKind::ScopeTags),
        _ => None,
    };
    let selector = match kind {
        Some(kind) => Some((selector(web, &guard.scope, kind, &chosen).await?, chosen)),
        None => None,
    };
    let (around, _) = in_tenant(web, guard).await?;
    let page = ReferencePage {
        tenant: guard.scope.tenant().clone(),
        restore: brief(web, guard, restore).await?,
        offers: found.suggested.iter().map(offer).collect(),
        mapped: mapped(found),
        selector,
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
