//! Settings over HTTP.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{Answer, read};
use crate::audit::AuditActor;
use crate::consent::Consent;
use crate::delta::DeltaEnd;
use crate::message::Request;
use crate::sim::Sim;
use crate::throttle::{Limits, Throttle};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    published: bool,
    #[serde(default = "one")]
    divided_by: u32,
}

const fn one() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Gone,
    SyncStateNotFound,
    ResyncRequired,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delta {
    partial: Option<bool>,
    repeats: Option<bool>,
    backwards: Option<bool>,
    replays: Option<u64>,
    removed_in_first_round: Option<bool>,
    life_seconds: Option<u64>,
    end: Option<End>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unseen {
    #[serde(default)]
    seconds: u64,
    #[serde(default)]
    reads: u32,
    #[serde(default)]
    lingers_seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Actor {
    person: Option<String>,
    app: Option<String>,
    application: Option<String>,
    delay_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    granted: bool,
}

pub(super) fn limits(sim: &Sim, request: &Request) -> Answer {
    let Published { published, divided_by } = read(request)?;
    sim.change_settings(|settings| settings.limits = published.then(|| Limits::published().divided(divided_by)));
    // Limits that are set begin unused.
    *sim.throttle() = Throttle::default();
    Ok(json!({}))
}

pub(super) fn delta(sim: &Sim, request: &Request) -> Answer {
    let wanted: Delta = read(request)?;
    sim.change_settings(|settings| {
        let delta = &mut settings.delta;
        delta.partial = wanted.partial.unwrap_or(delta.partial);
        delta.repeats = wanted.repeats.unwrap_or(delta.repeats);
        delta.backwards = wanted.backwards.unwrap_or(delta.backwards);
        delta.replays = wanted.replays.unwrap_or(delta.replays);
        delta.removed_in_first_round = wanted.removed_in_first_round.unwrap_or(delta.removed_in_first_round);
        delta.life = wanted.life_seconds.map_or(delta.life, Duration::from_secs);
        delta.end = match wanted.end {
            None => delta.end,
            Some(End::Gone) => DeltaEnd::Gone,
            Some(End::SyncStateNotFound) => DeltaEnd::SyncStateNotFound,
            Some(End::ResyncRequired) => DeltaEnd::ResyncRequired,
        };
    });
    Ok(json!({}))
}

pub(super) fn unseen(sim: &Sim, request: &Request) -> Answer {
    let Unseen { seconds, reads, lingers_seconds } = read(request)?;
    sim.change_settings(|settings| {
        settings.unseen_reads = reads;
        settings.unseen_after_create = Duration::from_secs(seconds);
        settings.lingers_after_delete = Duration::from_secs(lingers_seconds);
    });
    Ok(json!({}))
}

/// Who changes things in the portal.
pub(super) fn actor(sim: &Sim, request: &Request) -> Answer {
    let wanted: Actor = read(request)?;
    sim.change_settings(|settings| {
        settings.actor = match (wanted.person, wanted.application) {
            (Some(name), _) => AuditActor::Person { name, app: wanted.app.unwrap_or_default() },
            (None, Some(name)) => AuditActor::Application { name },
            (None, None) => settings.actor.clone(),
        };
        settings.audit_delay = wanted.delay_seconds.map_or(settings.audit_delay, Duration::from_secs);
    });
    Ok(json!({}))
}

pub(super) fn consent(sim: &Sim, request: &Request) -> Answer {
    let Granted { granted } = read(request)?;
    sim.change_settings(|settings| settings.consent = if granted { Consent::Granted } else { Consent::Denied });
    Ok(json!({}))
}
