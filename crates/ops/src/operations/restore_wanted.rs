//! What an item of a restore shall be, made of the stored content the same way by the preview and by the execution.

use std::collections::BTreeMap;

use model::failure::Failure;
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::ResourceType;
use model::restore::{Hindrance, Mapping, Part, Purpose, Untold, apply, fill_secrets, missing_secrets, wanted};
use secrecy::ExposeSecret as _;
use store::{Restore, RestoreItem};

use crate::context::Context;
use crate::halt::Halt;

/// How contents of a restore are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// Whether the contents are of the tenant that is written.
    pub(super) same_tenant: bool,
}

impl Terms {
    /// Those of a restore.
    pub(super) fn of(restore: &Restore) -> Self {
        Self { purpose: restore.purpose, same_tenant: restore.source_tenant == Some(restore.tenant_id) }
    }
}

/// What of a content a part has: what else it refers to does not matter then.
pub(super) fn partial(kind: &ResourceType, content: &Json, part: &Part) -> Json {
    let assignments = kind.assignments.as_ref().map(|contract| contract.path.as_str());
    let mut content = content.clone();
    match part {
        Part::Whole => {}
        Part::Content => {
            if let Some(name) = assignments {
                drop(content.remove(name));
            }
        }
        Part::Assignments | Part::Properties { .. } => {
            let keeps = |name: &str| match part {
                Part::Properties { names } => names.iter().any(|one| one == name),
                _ => Some(name) == assignments,
            };
            if let Json::Object(members) = &mut content {
                members.retain(|(name, _)| name == "@odata.type" || keeps(name));
            }
        }
    }
    content
}

/// The object as a whole: its part of the content, with references mapped, and the rest as it is in the tenant. `made` gives the id of what
/// another item is or makes.
pub(super) fn whole(
    kind: &ResourceType,
    content: &Json,
    part: &Part,
    terms: Terms,
    live: Option<&Json>,
    mapping: &Mapping,
    made: &(dyn Fn(u32) -> Option<String> + Sync),
) -> Result<Json, Hindrance> {
    let mut content = partial(kind, content, part);
    // In another tenant the same id may be something else.
    let mapping = mapping.and_kept(kind, &content, live.filter(|_| terms.same_tenant));
    apply(kind, &mut content, &mapping, made).map_err(|_| Hindrance::Unresolved)?;
    // An undo knows what the other restore wrote; elsewhere what the source does not tell stays.
    let untold = if terms.purpose == Purpose::Undo { Untold::Clear } else { Untold::Keep };
    wanted(kind, &content, live, part, untold).ok_or(Hindrance::Gone)
}

/// Secrets of an item in clear, by where they belong: those that were entered, and those that were kept with the version.
pub(super) async fn secrets(
    context: &Context,
    restore: RestoreId,
    item: &RestoreItem,
    kind: &ResourceType,
    whole: &Json,
    live: Option<&Json>,
) -> Result<BTreeMap<String, String>, Halt> {
    let missing = missing_secrets(kind, whole, live);
    let mut values = BTreeMap::new();
    if missing.is_empty() {
        return Ok(values);
    }
    if let Some(version) = item.version {
        for kept in context.store.content_secrets().for_run(&context.scope, version).await? {
            let places = missing.iter().filter(|secret| secret.place == kept.masked.place);
            values.extend(places.map(|secret| (secret.pointer.clone(), kept.value.expose_secret().to_owned())));
        }
    }
    for entered in context.store.restores().secrets_for_run(&context.scope, restore, item.number).await? {
        if missing.iter().any(|secret| secret.pointer == entered.place) {
            values.insert(entered.place, entered.value.expose_secret().to_owned());
        }
    }
    Ok(values)
}

/// The same object with its secrets.
pub(super) fn filled(whole: &Json, secrets: &BTreeMap<String, String>) -> Json {
    let mut whole = whole.clone();
    fill_secrets(&mut whole, secrets);
    whole
}

/// A failure of the connection is the run's; of anything else the item's.
pub(super) fn of_item(failure: Failure) -> Result<Failure, Halt> {
    if failure.code().is_of_connection() { Err(failure.into()) } else { Ok(failure) }
}
