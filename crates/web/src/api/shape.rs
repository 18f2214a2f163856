//! What bodies look like: each type of the API says its JSON schema (draft 2020-12, as OpenAPI 3.1 takes it) where it is declared.
//!
//! The structs are made by [`answers`](super::answers), [`bodies`](super::bodies) and [`queries`](super::queries): one list gives the
//! fields, how they are written or read, and their schema, so that none of these can be forgotten.

use std::collections::BTreeMap;

use model::ids::{
    AlertDeliveryId, AlertDestinationId, AlertRuleId, ApiTokenId, AuditId, BackupFileId, BackupSetId, BaselineId, ConnectionId,
    DrillId, EntraTenantId, FindingId, InventoryItemId, InvitationId, NoticeId, PolicyVersionId, ReportId, RestoreId, RolloutId,
    RunEventId, RunId, ScheduleId, TenantGroupId, TenantId, ThingId, UserId, WorkspaceId,
};
use model::time::Moment;
use serde_json::{Map, Value, json};

/// Named schemas, as they stand under `components`.
#[derive(Debug, Default)]
pub(crate) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }
}

/// A type with a schema.
pub(crate) trait Shape {
    /// Whether a body or query may leave it out.
    const OPTIONAL: bool = false;

    /// The name under which its schema stands under `components`; `None` for those that are written in place.
    fn name() -> Option<String> {
        None
    }

    /// Its schema.
    fn schema(all: &mut Schemas) -> Value;

    /// Its schema, or a reference to it.
    fn reference(all: &mut Schemas) -> Value {
        let Some(name) = Self::name() else { return Self::schema(all) };
        if !all.0.contains_key(&name) {
            // First the place, so that a type that holds itself comes to an end.
            all.0.insert(name.clone(), Value::Null);
            let schema = Self::schema(all);
            all.0.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

/// A whole number in a body: `19.0` is one too, as JSON Schema has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole(pub(crate) u32);

impl Shape for Whole {
    fn schema(all: &mut Schemas) -> Value {
        u32::schema(all)
    }
}

impl<'de> serde::Deserialize<'de> for Whole {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Number;

        impl serde::de::Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a whole number that is not negative")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Whole, E> {
                u32::try_from(number).map(Whole).map_err(|_| E::custom("the number is too large"))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Whole, E> {
                let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
                // Written out and read again: there is no conversion that cannot cut.
                whole
                    .then(|| format!("{number:.0}").parse().ok())
                    .flatten()
                    .map(Whole)
                    .ok_or_else(|| E::custom("no whole number"))
            }
        }

        from.deserialize_any(Number)
    }
}

/// A member that may be `null` and must be there: leaving it out would erase what it stands for without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stated<T>(pub(crate) Option<T>);

impl<T: Shape> Shape for Stated<T> {
    fn schema(all: &mut Schemas) -> Value {
        Option::<T>::schema(all)
    }
}

impl<'de, T: serde::de::DeserializeOwned> serde::Deserialize<'de> for Stated<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // An absent `Option` counts as `null`; an absent value is an error.
        match Value::deserialize(from)? {
            Value::Null => Ok(Self(None)),
            value => T::deserialize(value).map(|value| Self(Some(value))).map_err(serde::de::Error::custom),
        }
    }
}

/// A schema with more said about it.
pub(crate) fn described(schema: Value, words: &str, extra: Option<Value>) -> Value {
    let mut members = match schema {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    if let Some(Value::Object(extra)) = extra {
        members.extend(extra);
    }
    members.insert("description".to_owned(), Value::from(words.trim()));
    Value::Object(members)
}

macro_rules! plain {
    ($($type:ty => $schema:tt),+ $(,)?) => {$(
        impl Shape for $type {
            fn schema(_: &mut Schemas) -> Value {
                json!($schema)
            }
        }
    )+};
}

plain! {
    String => {"type": "string"},
    &'static str => {"type": "string"},
    bool => {"type": "boolean"},
    i64 => {"type": "integer", "format": "int64"},
    u64 => {"type": "integer", "minimum": 0},
    u32 => {"type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32},
    u8 => {"type": "integer", "minimum": 0, "maximum": 255},
    Moment => {"type": "string", "format": "date-time"},
    AlertDeliveryId => {"type": "string", "format": "uuid"},
    AlertDestinationId => {"type": "string", "format": "uuid"},
    AlertRuleId => {"type": "string", "format": "uuid"},
    ApiTokenId => {"type": "string", "format": "uuid"},
    AuditId => {"type": "string", "format": "uuid"},
    BackupFileId => {"type": "string", "format": "uuid"},
    BackupSetId => {"type": "string", "format": "uuid"},
    ConnectionId => {"type": "string", "format": "uuid"},
    BaselineId => {"type": "string", "format": "uuid"},
    DrillId => {"type": "string", "format": "uuid"},
    FindingId => {"type": "string", "format": "uuid"},
    EntraTenantId => {"type": "string", "format": "uuid"},
    InventoryItemId => {"type": "string", "format": "uuid"},
    PolicyVersionId => {"type": "string", "format": "uuid"},
    InvitationId => {"type": "string", "format": "uuid"},
    NoticeId => {"type": "string", "format": "uuid"},
    RestoreId => {"type": "string", "format": "uuid"},
    ReportId => {"type": "string", "format": "uuid"},
    RolloutId => {"type": "string", "format": "uuid"},
    RunEventId => {"type": "string", "format": "uuid"},
    RunId => {"type": "string", "format": "uuid"},
    ScheduleId => {"type": "string", "format": "uuid"},
    TenantId => {"type": "string", "format": "uuid"},
    TenantGroupId => {"type": "string", "format": "uuid"},
    ThingId => {"type": "string", "format": "uuid"},
    UserId => {"type": "string", "format": "uuid"},
    WorkspaceId => {"type": "string", "format": "uuid"},
    // Anything: what an operation or Microsoft wrote.
    Value => {},
    BTreeMap<&'static str, i64> => {"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}},
}

impl<T: Shape> Shape for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(all: &mut Schemas) -> Value {
        match T::reference(all) {
            Value::Object(mut members) if members.get("type").is_some_and(Value::is_string) => {
                let one = members.remove("type").unwrap_or_default();
                members.insert("type".to_owned(), json!([one, "null"]));
                if let Some(Value::Array(values)) = members.get_mut("enum") {
                    values.push(Value::Null);
                }
                Value::Object(members)
            }
            other => json!({ "anyOf": [other, {"type": "null"}] }),
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn schema(all: &mut Schemas) -> Value {
        json!({ "type": "array", "items": T::reference(all) })
    }
}

/// The name of a field as it is written: raw identifiers lose their mark.
pub(crate) fn field_name(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// The members of an object's schema, put together field by field.
#[derive(Debug, Default)]
pub(crate) struct Members {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Members {
    pub(crate) fn add(&mut self, name: &'static str, schema: Value, required: bool) {
        if required {
            self.required.push(Value::from(name));
        }
        self.properties.insert(name.to_owned(), schema);
    }

    pub(crate) fn object(self, words: &str) -> Value {
        json!({
            "type": "object", "description": words.trim(), "properties": self.properties, "required": self.required,
            "additionalProperties": false,
        })
    }
}

/// Structs that are answered. Every field is written, `null` where there is nothing.
macro_rules! answers {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $words:literal])+ $field:ident: $type:ty $(= $extra:tt)?,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Serialize)]
        pub(crate) struct $name { $($(#[doc = $words])+ pub(crate) $field: $type,)+ }

        impl $crate::api::shape::Shape for $name {
            fn name() -> Option<String> {
                Some(stringify!($name).to_owned())
            }

            fn schema(all: &mut $crate::api::shape::Schemas) -> serde_json::Value {
                $crate::api::shape::members!(all, true, concat!($($doc),+), $($field: $type, concat!($($words),+) $(, $extra)?;)+)
            }
        }
    )+};
}

/// Structs that are read from a JSON body. What they do not name is refused.
macro_rules! bodies {
    ($($(#[doc = $doc:literal])+ $name:ident $(where $rule:tt)? { $($(#[doc = $words:literal])+ $field:ident: $type:ty $(= $extra:tt)?,)* })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $($(#[doc = $words])+ pub(crate) $field: $type,)* }

        impl $crate::api::shape::Shape for $name {
            fn name() -> Option<String> {
                Some(stringify!($name).to_owned())
            }

            fn schema(all: &mut $crate::api::shape::Schemas) -> serde_json::Value {
                let schema = $crate::api::shape::members!(all, false, concat!($($doc),+), $($field: $type, concat!($($words),+) $(, $extra)?;)*);
                #[allow(unused_mut, unused_assignments, reason = "most have no rule")]
                let mut rule: Option<serde_json::Value> = None;
                $(rule = Some(serde_json::json!($rule));)?
                $crate::api::shape::with(schema, rule)
            }
        }
    )+};
}

/// The object schema of some fields; `always`: also the optional ones are there.
macro_rules! members {
    ($all:ident, $always:literal, $doc:expr, $($field:ident: $type:ty, $words:expr $(, $extra:tt)?;)*) => {{
        #[allow(unused_mut, reason = "an object without members")]
        let mut members = $crate::api::shape::Members::default();
        $(
            #[allow(unused_mut, unused_assignments, reason = "most fields have nothing more")]
            let mut extra: Option<serde_json::Value> = None;
            $(extra = Some(serde_json::json!($extra));)?
            let schema = <$type as $crate::api::shape::Shape>::reference($all);
            members.add(
                $crate::api::shape::field_name(stringify!($field)),
                $crate::api::shape::described(schema, $words, extra),
                $always || !<$type as $crate::api::shape::Shape>::OPTIONAL,
            );
        )*
        members.object($doc)
    }};
}

/// Structs that are read from a query. An unknown parameter is refused.
macro_rules! queries {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $words:literal])+ $field:ident: $type:ty $(= $extra:tt)?,)* })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $($(#[doc = $words])+ #[serde(default)] pub(crate) $field: $type,)* }

        impl $crate::api::query::Parameters for $name {
            fn parameters(all: &mut $crate::api::shape::Schemas) -> Vec<$crate::api::operation::Parameter> {
                vec![$({
                    #[allow(unused_mut, unused_assignments, reason = "most have nothing more")]
                    let mut extra: Option<serde_json::Value> = None;
                    $(extra = Some(serde_json::json!($extra));)?
                    let schema = <$type as $crate::api::query::Narrows>::schema(all);
                    $crate::api::operation::Parameter::query(
                        $crate::api::shape::field_name(stringify!($field)),
                        concat!($($words),+),
                        $crate::api::shape::with(schema, extra),
                    )
                }),*]
            }
        }
    )+};
}

/// A schema with more keywords.
pub(crate) fn with(schema: Value, extra: Option<Value>) -> Value {
    match (schema, extra) {
        (Value::Object(mut members), Some(Value::Object(extra))) => {
            members.extend(extra);
            Value::Object(members)
        }
        (schema, _) => schema,
    }
}

pub(crate) use {answers, bodies, members, queries};
