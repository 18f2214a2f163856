//! What the simulator counted of our requests, and the time below which Microsoft's quota lets nobody be.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::http::Client;
use super::page::ok;

/// Requests since the ledger was emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Asked {
    /// HTTP exchanges with the simulator, tokens included.
    pub(super) exchanges: u64,
    /// Requests as the quota counts them: each part of a batch is one.
    pub(super) units: u64,
    /// Those of them that were parts of a batch.
    pub(super) parts: u64,
    /// Those of them that asked for one object, or for what is below it.
    pub(super) details: u64,
    /// Those of them that had been asked before, word for word.
    pub(super) repeats: u64,
    /// Answers with 429, parts included.
    pub(super) refused: u64,
    /// Requests that came after a 429 before its time was over.
    pub(super) in_cool_down: u64,
    /// Those of them that write.
    pub(super) writes: u64,
    /// The time that these requests take at the least under the published limits.
    pub(super) floor: Duration,
}

/// Counts from now on.
pub(super) fn forget(control: &mut Client) -> Result<()> {
    ok(control.delete("/_sim/requests")?, "/_sim/requests").map(drop)
}

/// What was asked since.
pub(super) fn asked(control: &mut Client) -> Result<Asked> {
    let mut read = |path: &str| -> Result<Value> { Ok(serde_json::from_str(&ok(control.get(path)?, path)?)?) };
    let (requests, throttled) = (read("/_sim/requests")?, read("/_sim/throttled")?);
    counted(&requests, &throttled).context("the simulator tells its counts in another way")
}

fn counted(told: &Value, throttled: &Value) -> Option<Asked> {
    let counts = told["counts"].as_array()?;
    let sum = |wanted: &dyn Fn(&Value) -> bool| {
        counts.iter().filter(|count| wanted(count)).filter_map(|count| count["count"].as_u64()).sum()
    };
    let (services, writes) = (told["services"].as_object()?, told["writes"].as_object()?);
    let read = services.iter().filter_map(|(name, units)| Some(floor(name, units.as_u64()?)));
    let written = writes.iter().filter_map(|(name, units)| Some(floor_of_writes(name, units.as_u64()?)));
    Some(Asked {
        exchanges: told["requests"].as_u64()?,
        units: told["units"].as_u64()?,
        parts: sum(&|count| count["kind"] == "batch_part"),
        details: sum(&|count| count["template"].as_str().is_some_and(|template| template.contains("/{id}"))),
        repeats: told["repeats"].as_u64()?,
        refused: sum(&|count| count["status"] == 429),
        in_cool_down: throttled.as_array()?.iter().filter_map(|limit| limit["in_cool_down"].as_u64()).sum(),
        writes: writes.values().filter_map(Value::as_u64).sum(),
        floor: read.chain(written).max().unwrap_or_default(),
    })
}

/// How long so many requests to a service take at the least: <https://learn.microsoft.com/graph/throttling-limits>, per app and
/// tenant. The directory is counted as if every request cost one unit.
fn floor(service: &str, units: u64) -> Duration {
    let (count, seconds) = match service {
        "intune/devices" => (2_000, 20),
        name if name.starts_with("intune/") => (1_000, 20),
        "conditional_access" => (1, 1),
        "reports" => (5, 10),
        "directory" => (5_000, 10),
        _ => (2_000, 1),
    };
    windows(units, count, seconds)
}

/// The same of writes.
fn floor_of_writes(service: &str, writes: u64) -> Duration {
    match service {
        name if name.starts_with("intune/") => windows(writes, 100, 20),
        "directory" => windows(writes, 3_000, 150),
        name => floor(name, writes),
    }
}

/// The first window's requests may come at once.
fn windows(units: u64, count: u64, seconds: u64) -> Duration {
    Duration::from_secs(units.div_ceil(count).saturating_sub(1) * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_floor_is_that_of_the_slowest_service() {
        assert_eq!(floor("intune/device_configuration", 1_000), Duration::ZERO);
        assert_eq!(floor("intune/device_configuration", 3_001), Duration::from_secs(60));
        assert_eq!(floor("conditional_access", 5), Duration::from_secs(4));
        assert_eq!(floor_of_writes("intune/device_configuration", 1_000), Duration::from_secs(180));
        let count = |kind: &str, template: &str, status: u16, count: u64| json!({"kind": kind, "template": template, "status": status, "count": count});
        let counts = [
            count("token", "/{tenant}/oauth2/v2.0/token", 200, 1),
            count("graph", "/beta/groups", 200, 2),
            count("batch_part", "/beta/groups/{id}", 429, 3),
        ];
        let services = json!({"directory": 5, "conditional_access": 3});
        let told =
            json!({"requests": 4, "units": 5, "repeats": 1, "services": services, "writes": {"directory": 2}, "counts": counts});
        let asked = counted(&told, &json!([{"limit": "x", "given": 3, "in_cool_down": 2}])).unwrap();
        let expected = Asked {
            exchanges: 4,
            units: 5,
            parts: 3,
            details: 3,
            repeats: 1,
            refused: 3,
            in_cool_down: 2,
            writes: 2,
            floor: Duration::from_secs(2),
        };
        assert_eq!(asked, expected);
        assert_eq!(counted(&json!({}), &json!([])), None);
    }
}
