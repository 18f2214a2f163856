//! The chain that shows whether an entry was changed: each link is the hash of the link before it and of all that an entry says.

use serde_json::Value;
use uuid::Uuid;

use super::AuditRecord;
use crate::ids::ThingId;

/// A hash of the chain: blake3, 32 bytes.
pub type Link = [u8; 32];

/// What all bytes of an entry begin with, so that they are no bytes of anything else.
const DOMAIN: &[u8] = b"tenantatlas audit entry 1";

/// The link of an entry: `blake3(previous link ‖ canonical bytes)`. The first link has nothing before it.
#[must_use]
pub fn link(previous: Option<&Link>, record: &AuditRecord) -> Link {
    let mut hash = blake3::Hasher::new();
    if let Some(previous) = previous {
        hash.update(previous);
    }
    hash.update(&canonical(record));
    *hash.finalize().as_bytes()
}

/// All that an entry says as bytes, the same on every database: column by column in a fixed order, each with its length before it, so
/// that no text can pass for the next column. Moments are microseconds since 1970, details have their names in order.
#[must_use]
pub fn canonical(record: &AuditRecord) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    column(&mut out, Some(DOMAIN));
    id(&mut out, Some(record.id.uuid()));
    column(&mut out, Some(&record.at.micros().to_be_bytes()));
    id(&mut out, record.workspace_id.map(crate::ids::WorkspaceId::uuid));
    id(&mut out, record.tenant_id.map(crate::ids::TenantId::uuid));
    column(&mut out, Some(record.actor_kind.as_bytes()));
    id(&mut out, record.actor_id.map(ThingId::uuid));
    column(&mut out, Some(record.action.as_bytes()));
    column(&mut out, Some(record.outcome.as_bytes()));
    column(&mut out, record.subject_kind.as_deref().map(str::as_bytes));
    id(&mut out, record.subject_id.map(ThingId::uuid));
    id(&mut out, record.run_id.map(crate::ids::RunId::uuid));
    let mut details = Vec::new();
    value(&mut details, &record.details);
    column(&mut out, Some(&details));
    out
}

/// A null is not an empty value.
fn column(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => out.push(0),
        Some(bytes) => {
            out.push(1);
            length(out, bytes.len());
            out.extend_from_slice(bytes);
        }
    }
}

fn id(out: &mut Vec<u8>, id: Option<Uuid>) {
    column(out, id.as_ref().map(|id| id.as_bytes().as_slice()));
}

fn length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u64).to_be_bytes());
}

/// A value of JSON; the databases keep the names of an object in orders of their own.
fn value(out: &mut Vec<u8>, json: &Value) {
    match json {
        Value::Null => out.push(b'n'),
        Value::Bool(yes) => out.extend_from_slice(if *yes { b"t" } else { b"f" }),
        Value::Number(number) => {
            out.push(b'#');
            column(out, Some(number.to_string().as_bytes()));
        }
        Value::String(text) => {
            out.push(b'"');
            column(out, Some(text.as_bytes()));
        }
        Value::Array(items) => {
            out.push(b'[');
            length(out, items.len());
            items.iter().for_each(|item| value(out, item));
        }
        Value::Object(members) => {
            out.push(b'{');
            length(out, members.len());
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            for name in names {
                column(out, Some(name.as_bytes()));
                value(out, &members[name]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AuditId;
    use crate::time::Moment;
    use proptest::prelude::*;
    use serde_json::json;

    fn record(id: u128) -> AuditRecord {
        AuditRecord {
            id: AuditId::from_uuid(Uuid::from_u128(id)),
            at: Moment::from_micros(7),
            workspace_id: None,
            tenant_id: None,
            actor_kind: "user".to_owned(),
            actor_id: Some(ThingId::from_uuid(Uuid::from_u128(2))),
            action: "run.start".to_owned(),
            outcome: "done".to_owned(),
            subject_kind: None,
            subject_id: None,
            run_id: None,
            details: json!({ "b": "1", "a": "2" }),
        }
    }

    /// What an exported head was worth would be lost if this changed.
    #[test]
    fn the_links_of_a_known_trail_stay_as_they_are() {
        let first = link(None, &record(1));
        let second = link(Some(&first), &record(3));
        let hex = |link: Link| link.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            [hex(first), hex(second)],
            [
                "eb809dcabcc8f2b336b7c2c8aa7950b4a61e724cbd91e1fe043de85815575a09",
                "b37c8fff80233af577e42a49a125362e58cdcac04dafd4e3139325d998eebbba"
            ]
        );
    }

    #[test]
    fn the_order_of_names_is_the_databases_own_affair() {
        let other = AuditRecord { details: serde_json::from_str(r#"{"a":"2","b":"1"}"#).unwrap(), ..record(1) };
        assert_eq!(canonical(&record(1)), canonical(&other));
    }

    #[test]
    fn a_null_is_no_empty_text_and_no_text_reaches_into_the_next_column() {
        let mut seen = std::collections::BTreeSet::new();
        let kinds = |kind: Option<&str>, outcome: &str, action: &str| AuditRecord {
            subject_kind: kind.map(str::to_owned),
            outcome: outcome.to_owned(),
            action: action.to_owned(),
            ..record(1)
        };
        for one in [kinds(None, "done", "a"), kinds(Some(""), "done", "a"), kinds(None, "one", "ad"), kinds(None, "adone", "")] {
            assert!(seen.insert(canonical(&one)));
        }
    }

    fn texts() -> impl Strategy<Value = (String, String, Option<String>, String)> {
        ("[ab]{0,3}", "[ab]{0,3}", proptest::option::of("[ab]{0,2}"), "[ab\"{}]{0,4}")
    }

    proptest! {
        /// Entries that say different things have different bytes, and so different links.
        #[test]
        fn different_entries_have_different_bytes(a in texts(), b in texts()) {
            let of = |(action, outcome, kind, detail): (String, String, Option<String>, String)| AuditRecord {
                action, outcome, subject_kind: kind, details: json!({ "d": detail }), ..record(1)
            };
            let (a, b) = (of(a), of(b));
            prop_assert_eq!(a == b, canonical(&a) == canonical(&b));
            prop_assert_eq!(a == b, link(None, &a) == link(None, &b));
            prop_assert_ne!(link(None, &a), link(Some(&[0; 32]), &a));
        }
    }
}
