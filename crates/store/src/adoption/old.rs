//! A row of the older database as it was read: columns by name, each of which may be absent.

use model::time::Moment;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A row of the older database.
#[derive(Debug, Clone)]
pub(super) struct Old(Map<String, Value>);

impl Old {
    /// Reads the JSON object that a row was turned into.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(row)) => Some(Self(row)),
            _ => None,
        }
    }

    fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column).filter(|value| !value.is_null())
    }

    /// A key or a reference: the number, or the text, as text.
    pub(super) fn id(&self, column: &str) -> Option<String> {
        match self.get(column)? {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// A text, without spaces around it; `None` where it is empty.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.get(column)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A whole number.
    pub(super) fn int(&self, column: &str) -> Option<i64> {
        self.get(column)?.as_i64()
    }

    /// Yes or no.
    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        self.get(column)?.as_bool()
    }

    /// A moment. One without an offset is meant in UTC, as the earlier application wrote them.
    pub(super) fn time(&self, column: &str) -> Option<Moment> {
        moment(self.get(column)?.as_str()?)
    }

    /// An id of Microsoft's.
    pub(super) fn uuid(&self, column: &str) -> Option<Uuid> {
        self.text(column)?.parse().ok()
    }

    /// JSON, also where the column holds it as text.
    pub(super) fn json(&self, column: &str) -> Option<Value> {
        match self.get(column)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            value => Some(value.clone()),
        }
    }
}

/// Reads a moment as PostgreSQL puts it into JSON.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim().replacen(' ', "T", 1);
    Moment::parse(&text).or_else(|_| Moment::parse(&format!("{text}Z"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_absent_or_of_another_kind_is_as_good_as_null() {
        let row = Old::parse(
            r#"{"id": 17, "name": "  A ", "at": "2026-01-02T03:04:05", "zoned": "2026-01-02T03:04:05.5+00:00", "empty": "",
            "json": "{\"a\":1}", "flag": true, "null": null}"#,
        )
        .unwrap();
        assert_eq!((row.id("id").as_deref(), row.text("name"), row.text("empty")), (Some("17"), Some("A"), None));
        assert_eq!(row.time("at").unwrap().to_fixed_text(), "2026-01-02T03:04:05.000000Z");
        assert_eq!(row.time("zoned").unwrap().to_fixed_text(), "2026-01-02T03:04:05.500000Z");
        assert_eq!(row.json("json").unwrap()["a"], 1);
        assert_eq!((row.flag("flag"), row.flag("null"), row.int("nowhere"), row.time("name")), (Some(true), None, None, None));
        assert!(Old::parse("[]").is_none());
    }
}
