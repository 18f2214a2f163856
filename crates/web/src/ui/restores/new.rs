//! "New restore": choosing a source, and making the draft.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::backup::BackupSet;
use model::ids::{BackupSetId, InventoryItemId};
use model::label::Tone;
use model::restore::{RestoreState, Source};
use model::time::Moment;
use pages::restores::{New, SourceView, Step};
use pages::{Frame, Toast, href};
use store::StoreError;
use store::access::TenantScope;

use super::sent::onward;
use crate::auth::deeds::CreateRestore;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::comparison::other_tenant;
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::compare::pick::offered;
use crate::ui::shell::in_tenant;

/// How many backups are offered.
const SETS: u32 = 50;

/// What the form sends, or the address of the form says.
#[derive(Debug)]
pub(crate) struct Sent(Fields);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self(fields.clone())
    }
}

/// What is named as the source; `None` when nothing is.
///
/// # Errors
/// [`Error::NotFound`] for an id that is none.
pub(crate) fn named(fields: &Fields, from: &TenantScope) -> Result<Option<Source>, Error> {
    if let Some(set) = fields.id::<BackupSetId>("set")? {
        return Ok(Some(Source::BackupSet { set }));
    }
    if let Some(item) = fields.id::<InventoryItemId>("item")? {
        let number = fields.id("version")?.ok_or(Error::NotFound)?;
        return Ok(Some(Source::Version { item, number }));
    }
    Ok(instant(fields).map(|at| Source::Instant { tenant: from.tenant_id(), at }))
}

fn instant(fields: &Fields) -> Option<Moment> {
    fields.instant("at").ok().flatten()
}

/// What it is called.
///
/// # Errors
/// [`Error::NotFound`] when there is no such source.
pub(crate) async fn words(web: &WebState, from: &TenantScope, source: &Source) -> Result<String, Error> {
    Ok(match source {
        Source::BackupSet { set } => format!("Backup set “{}”", web.store().backups().find(from, *set).await?.name),
        Source::Version { item, number } => {
            let found = web.store().policy_versions().find(from, *item, *number).await?;
            format!("Version {number} of “{}”", found.version.name)
        }
        Source::Instant { .. } | Source::Undo { .. } => from.tenant().name.clone(),
    })
}

/// `GET /admin/t/{tenant}/restores/new?set=&item=&version=&at=&of=&find=`: shown to everybody who sees the tenant, disabled without the
/// capability.
pub(crate) async fn form(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, &query, None).await
}

/// `POST /admin/t/{tenant}/restores`: makes the draft and leads to its first step that is open.
pub(crate) async fn create(
    Authorized { tenant: guard, permit }: Authorized<CreateRestore>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(fields) = sent.into_inner();
    let from = other_tenant(&web, &guard.signed.who, &guard.scope, fields.id("of")?).await?;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(source) = named(&fields, &from)? else {
        let problem = Some("Choose a backup, or give a date and a time.".to_owned());
        return answer(&web, &guard, refused, &fields, problem).await;
    };
    let name = fields.one("name").unwrap_or_default();
    let id = match web.store().restores().create(&permit, &from, &source, name).await {
        Err(StoreError::Conflict(words)) => return answer(&web, &guard, refused, &fields, Some(sentence(words))).await,
        made => made?,
    };
    let made = web.store().restores().find(&guard.scope, id).await?;
    // A version is its one object: there is nothing to choose.
    let step = if made.state == RestoreState::Draft { Step::Choose } else { Step::Map };
    let toast = Toast::plain("Draft made", "Nothing is written before the last step.", Tone::Success);
    onward(&web, &guard, toast, &href::of_restore(guard.scope.tenant_id(), id, step.code())).await
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    fields: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let from = other_tenant(web, &guard.signed.who, &guard.scope, fields.id("of")?).await?;
    let elsewhere = (from.tenant_id() != guard.scope.tenant_id()).then(|| (from.tenant_id(), from.tenant().name.clone()));
    let source = match named(fields, &from)? {
        Some(source) => Some(SourceView { words: words(web, &from, &source).await?, source, elsewhere }),
        None => None,
    };
    let mut sets = match source {
        Some(_) => Vec::new(),
        None => web.store().backups().list(&from, None, None, SETS).await?.rows,
    };
    sets.retain(|set: &BackupSet| set.status.is_usable());
    let (around, workspace) = in_tenant(web, guard).await?;
    let page = New {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        source,
        of: from.tenant().clone(),
        offered: offered(web, &workspace, fields).await?,
        sets,
        at: instant(fields),
        called: fields.one("name").unwrap_or_default().to_owned(),
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
