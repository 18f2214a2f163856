//! Values on their way into a statement, in the form that both drivers take.

use std::time::Duration;

use model::time::Moment;
use serde_json::Value as JsonValue;
use sqlx::Arguments as _;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid};
use sqlx::sqlite::{SqliteArguments, SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::types::Json;
use sqlx::{Decode, Postgres, Sqlite, Type};
use uuid::Uuid;

/// A value to bind. Each variant knows its type even when it is null, because PostgreSQL wants to know.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Time(Option<Moment>),
    Json(JsonValue),
    /// A length of time, used in the text as `$after(n)`: the present moment plus it.
    After(Duration),
}

/// What can be bound.
pub(crate) trait Bind {
    fn value(self) -> Value;
}

macro_rules! bind {
    ($($type:ty => $variant:ident($how:expr)),+ $(,)?) => {$(
        impl Bind for $type {
            fn value(self) -> Value {
                #[allow(clippy::redundant_closure_call, reason = "the closure names the conversion")]
                Value::$variant(Some(($how)(self)))
            }
        }
        impl Bind for Option<$type> {
            fn value(self) -> Value {
                Value::$variant(self.map($how))
            }
        }
    )+};
}

bind! {
    Uuid => Uuid(|v| v),
    model::ids::WorkspaceId => Uuid(|v: model::ids::WorkspaceId| v.uuid()),
    model::ids::TenantId => Uuid(|v: model::ids::TenantId| v.uuid()),
    model::ids::UserId => Uuid(|v: model::ids::UserId| v.uuid()),
    model::ids::ScheduleId => Uuid(|v: model::ids::ScheduleId| v.uuid()),
    model::ids::SessionId => Uuid(|v: model::ids::SessionId| v.uuid()),
    model::ids::RunId => Uuid(|v: model::ids::RunId| v.uuid()),
    model::ids::RunEventId => Uuid(|v: model::ids::RunEventId| v.uuid()),
    model::ids::ConnectionId => Uuid(|v: model::ids::ConnectionId| v.uuid()),
    model::ids::InventoryItemId => Uuid(|v: model::ids::InventoryItemId| v.uuid()),
    model::ids::PolicyVersionId => Uuid(|v: model::ids::PolicyVersionId| v.uuid()),
    model::ids::TenantEventId => Uuid(|v: model::ids::TenantEventId| v.uuid()),
    model::ids::BackupSetId => Uuid(|v: model::ids::BackupSetId| v.uuid()),
    model::ids::BackupFileId => Uuid(|v: model::ids::BackupFileId| v.uuid()),
    model::ids::ReportId => Uuid(|v: model::ids::ReportId| v.uuid()),
    model::ids::RestoreId => Uuid(|v: model::ids::RestoreId| v.uuid()),
    model::ids::BaselineId => Uuid(|v: model::ids::BaselineId| v.uuid()),
    model::ids::FindingId => Uuid(|v: model::ids::FindingId| v.uuid()),
    model::ids::RehearsalId => Uuid(|v: model::ids::RehearsalId| v.uuid()),
    model::ids::DrillId => Uuid(|v: model::ids::DrillId| v.uuid()),
    model::ids::RolloutId => Uuid(|v: model::ids::RolloutId| v.uuid()),
    model::ids::AlertDestinationId => Uuid(|v: model::ids::AlertDestinationId| v.uuid()),
    model::ids::AlertRuleId => Uuid(|v: model::ids::AlertRuleId| v.uuid()),
    model::ids::AlertDeliveryId => Uuid(|v: model::ids::AlertDeliveryId| v.uuid()),
    model::ids::AlertMessageId => Uuid(|v: model::ids::AlertMessageId| v.uuid()),
    model::ids::TenantGroupId => Uuid(|v: model::ids::TenantGroupId| v.uuid()),
    model::ids::NoticeId => Uuid(|v: model::ids::NoticeId| v.uuid()),
    model::ids::ThingId => Uuid(|v: model::ids::ThingId| v.uuid()),
    model::ids::AuditId => Uuid(|v: model::ids::AuditId| v.uuid()),
    model::ids::OperatorId => Uuid(|v: model::ids::OperatorId| v.uuid()),
    model::ids::OperatorSessionId => Uuid(|v: model::ids::OperatorSessionId| v.uuid()),
    model::ids::BreakGlassId => Uuid(|v: model::ids::BreakGlassId| v.uuid()),
    model::ids::EntraTenantId => Uuid(|v: model::ids::EntraTenantId| v.uuid()),
    model::ids::InvitationId => Uuid(|v: model::ids::InvitationId| v.uuid()),
    model::ids::ApiTokenId => Uuid(|v: model::ids::ApiTokenId| v.uuid()),
    String => Text(storable),
    &str => Text(|v: &str| storable(v.to_owned())),
    i64 => Int(|v| v),
    u32 => Int(i64::from),
    i32 => Int(i64::from),
    bool => Bool(|v| v),
    Vec<u8> => Bytes(|v| v),
    Moment => Time(|v| v),
}

/// PostgreSQL can hold no NUL in a text and would refuse the statement. On both databases it becomes the replacement character,
/// so that text from outside is stored, or matches nothing, and is never an error.
pub(crate) fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

impl Bind for JsonValue {
    fn value(self) -> Value {
        Value::Json(self)
    }
}

impl Bind for Duration {
    fn value(self) -> Value {
        Value::After(self)
    }
}

impl Value {
    pub(crate) fn add_to_postgres(self, to: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Uuid(v) => to.add(v),
            Self::Text(v) => to.add(v),
            Self::Int(v) => to.add(v),
            Self::Bool(v) => to.add(v),
            Self::Bytes(v) => to.add(v),
            Self::Time(v) => to.add(v.map(DbTime)),
            Self::Json(v) => to.add(Json(v)),
            Self::After(v) => to.add(i64::try_from(v.as_micros()).unwrap_or(i64::MAX)),
        }
    }

    pub(crate) fn add_to_sqlite(self, to: &mut SqliteArguments, now: Moment) -> Result<(), BoxDynError> {
        match self {
            Self::Uuid(v) => to.add(v),
            Self::Text(v) => to.add(v),
            Self::Int(v) => to.add(v),
            Self::Bool(v) => to.add(v),
            Self::Bytes(v) => to.add(v),
            Self::Time(v) => to.add(v.map(DbTime)),
            Self::Json(v) => to.add(Json(v)),
            Self::After(v) => to.add(DbTime(now.plus(v))),
        }
    }
}

/// A moment in a column: `timestamptz` on PostgreSQL, fixed-width RFC 3339 text on SQLite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DbTime(pub(crate) Moment);

/// Oid of `timestamptz`.
const TIMESTAMPTZ: Oid = Oid(1184);
/// Microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

impl Type<Postgres> for DbTime {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }

    fn compatible(ty: &PgTypeInfo) -> bool {
        ty.oid() == Some(TIMESTAMPTZ)
    }
}

impl Encode<'_, Postgres> for DbTime {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Postgres>>::encode_by_ref(&(self.0.micros() - POSTGRES_EPOCH), buffer)
    }
}

impl Decode<'_, Postgres> for DbTime {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => Ok(Self(Moment::from_micros(<i64 as Decode<Postgres>>::decode(value)? + POSTGRES_EPOCH))),
            PgValueFormat::Text => Err("times are read in binary".into()),
        }
    }
}

impl Type<Sqlite> for DbTime {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for DbTime {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode(self.0.to_fixed_text(), buffer)
    }
}

impl Decode<'_, Sqlite> for DbTime {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self(Moment::parse(&<String as Decode<Sqlite>>::decode(value)?)?))
    }
}
