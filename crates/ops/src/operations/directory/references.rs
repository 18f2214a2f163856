//! How many members the groups have to which links of the inventory lead.

use std::collections::BTreeSet;
use std::time::Duration;

use model::directory::is_object_id;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::ApiVersion;
use outbound::graph::{GraphSession, Question};

use super::Traffic;
use crate::context::Context;
use crate::halt::Halt;

/// Groups that are counted together, and in one run at most. Those that were counted longest ago come first.
const PORTION: usize = 100;
const MOST: usize = 2_000;
/// A count that is younger is good enough.
const FRESH: Duration = Duration::from_secs(20 * 3600);
const MEMBERS: &str = "/groups/{id}/members/$count";

/// Counts the members of the groups that are referred to; gives why some could not be counted. These stay as they were.
pub(crate) async fn count(context: &mut Context, session: &GraphSession, traffic: &mut Traffic) -> Result<Option<Code>, Halt> {
    let before = context.store.now().await?.minus(FRESH);
    let ids = context.store.directory().groups_to_count(&context.scope, before, MOST as u32).await?;
    counted(context, session, traffic, ids).await
}

/// Counts the members of those of these groups that the cache knows and that were not counted lately; gives why some could not be.
pub(crate) async fn count_these(
    context: &mut Context,
    session: &GraphSession,
    traffic: &mut Traffic,
    groups: &BTreeSet<&str>,
) -> Result<Option<Code>, Halt> {
    let before = context.store.now().await?.minus(FRESH);
    let mut ids = context.store.directory().counted_before(&context.scope, before, groups).await?;
    ids.truncate(MOST);
    counted(context, session, traffic, ids).await
}

async fn counted(
    context: &mut Context,
    session: &GraphSession,
    traffic: &mut Traffic,
    ids: Vec<String>,
) -> Result<Option<Code>, Halt> {
    let ids: Vec<String> = ids.into_iter().filter(|id| is_object_id(id)).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let mut trouble = None;
    context.phase(format!("Counting the members of {} assigned groups.", ids.len()));
    for portion in ids.chunks(PORTION) {
        context.checkpoint()?;
        let ask = |id: &String| Question::new(MEMBERS, format!("/groups/{id}/members/$count"), ApiVersion::V1);
        let answers = context.or_stop(session.read_many(portion.iter().map(ask).collect())).await?;
        let mut counted = Vec::with_capacity(portion.len());
        let mut refused = false;
        for (id, answer) in portion.iter().zip(answers) {
            match answer {
                Ok(answer) => match number(&answer) {
                    Some(members) => counted.push((id.clone(), members)),
                    None => {
                        context.failure(&Failure::new(Code::GraphMalformedResponse), "members");
                        trouble = Some(Code::GraphMalformedResponse);
                    }
                },
                // Gone since the list was made.
                Err(failure) if failure.code() == Code::GraphNotFound => {}
                Err(failure) => {
                    context.failure(&failure, "members");
                    trouble = Some(failure.code());
                    refused |= failure.code().is_of_connection()
                        || matches!(failure.code(), Code::GraphForbidden | Code::GraphThrottled);
                }
            }
        }
        context.store.directory().save_counts(&context.scope, &counted).await?;
        traffic.update(context, session);
        context.report().await?;
        if refused {
            // The others would be refused as well.
            break;
        }
    }
    Ok(trouble)
}

fn number(answer: &Json) -> Option<i64> {
    answer.as_i64().or_else(|| answer.as_str()?.trim().parse().ok()).filter(|number| *number >= 0)
}
