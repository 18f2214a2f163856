//! Fetching the values that Microsoft masks in the objects of a set, when whoever started the backup asked for it and the settings let
//! it. They are sealed with the version whose mask stands for them, and go nowhere else: not into the content, an event or a failure.

use model::failure::{Code, Failure};
use model::ids::BackupSetId;
use model::resource_types::{self, ResourceType};
use model::run::NewEvent;
use model::settings::Key;
use outbound::graph::{GraphSession, Question};
use secrecy::SecretString;
use store::MaskedOwner;

use super::directory::Traffic;
use crate::context::Context;
use crate::halt::Halt;

/// Objects that are looked at together.
const AT_ONCE: u32 = 50;

/// What came of it.
#[derive(Default)]
struct Done {
    kept: u64,
    refused: u64,
}

/// Fetches and seals what the objects of a sealed set mask.
pub(super) async fn fetch(context: &mut Context, set: BackupSetId) -> Result<(), Halt> {
    let settings = context.store.settings().of_run(&context.scope).await?;
    if !Key::lets_fetch_secrets(&settings.stored) {
        let words = "The settings do not let a backup fetch secret values any more. None were fetched.";
        context.event(NewEvent::warning("secrets_not_allowed", words));
        return context.report_now(None).await;
    }
    let kinds: Vec<&str> =
        resource_types::all().iter().filter(|kind| kind.unmasking().is_some()).map(|kind| kind.key.as_str()).collect();
    let session = context.connect().await?;
    let mut traffic = Traffic::of(&context.counts, &session);
    context.phase("Fetching secret values.".to_owned());
    let (mut done, mut after) = (Done::default(), None);
    loop {
        context.checkpoint()?;
        let owners = context.store.content_secrets().owners(&context.scope, set, &kinds, after, AT_ONCE).await?;
        let Some(last) = owners.last() else { break };
        after = Some(last.item_id);
        for owner in &owners {
            of_object(context, &session, owner, &mut done).await?;
        }
        traffic.update(context, &session);
        context.report_now(None).await?;
    }
    let words = match &done {
        Done { kept: 0, refused: 0 } => "No object of the backup set holds a masked value.".to_owned(),
        Done { kept, refused: 0 } => format!("{kept} secret values were fetched and sealed."),
        Done { kept, refused } => format!("{kept} secret values were fetched and sealed, {refused} could not be fetched."),
    };
    let event = if done.refused == 0 { NewEvent::info } else { NewEvent::warning };
    context.event(event("secrets_sealed", words));
    context.report_now(None).await
}

async fn of_object(context: &mut Context, session: &GraphSession, owner: &MaskedOwner, done: &mut Done) -> Result<(), Halt> {
    let Some(kind) = resource_types::find(&owner.resource_type) else { return Ok(()) };
    let Some(content) = &owner.content else {
        done.refused += 1;
        context.failure(&Failure::new(Code::ContentCorrupt), &owner.item_id.to_string());
        return Ok(());
    };
    let masked = kind.masked(content);
    let questions: Vec<Question> = masked.iter().filter_map(|one| question(kind, &owner.object_id, one)).collect();
    if questions.len() != masked.len() || masked.is_empty() {
        return Ok(());
    }
    let answers = context.or_stop(session.read_many(questions)).await?;
    let mut values = Vec::new();
    for (one, answer) in masked.into_iter().zip(answers) {
        let value = answer.and_then(|answer| {
            let value = answer.get("value").and_then(model::json::Json::as_str).map(str::to_owned);
            value.ok_or_else(|| Failure::new(Code::ObjectUnreadable).with("resource_type", kind))
        });
        match value {
            Ok(value) => values.push((one, SecretString::from(value))),
            Err(failure) if failure.code().is_of_connection() => return Err(failure.into()),
            Err(failure) => {
                done.refused += 1;
                context.failure(&failure, &owner.item_id.to_string());
            }
        }
    }
    if !values.is_empty() {
        context.store.content_secrets().keep(&context.scope, owner.version_id, &values).await?;
        done.kept += values.len() as u64;
    }
    Ok(())
}

fn question(kind: &ResourceType, id: &str, masked: &resource_types::Masked) -> Option<Question> {
    let (template, path) = kind.unmasking_request(id, masked)?;
    Some(Question::new(template, path, kind.api_version))
}
