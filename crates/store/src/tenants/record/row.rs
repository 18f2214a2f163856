//! A row of any table as a JSON object.

use model::json::Json;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, FromRow, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use super::tables::SEALED;

/// The object. PostgreSQL makes it; of SQLite it has texts as texts, numbers as numbers, and ids, its only bytes, in their usual form.
pub(super) struct JsonRow(pub(super) String);

impl FromRow<'_, PgRow> for JsonRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        row.try_get(0).map(Self)
    }
}

impl FromRow<'_, SqliteRow> for JsonRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let mut object = Json::Object(Vec::new());
        for (i, column) in row.columns().iter().enumerate().filter(|(_, column)| !SEALED.contains(&column.name())) {
            object.set(column.name(), value(row, i)?);
        }
        Ok(Self(object.to_text()))
    }
}

fn value(row: &SqliteRow, i: usize) -> sqlx::Result<Json> {
    let raw = row.try_get_raw(i)?;
    if raw.is_null() {
        return Ok(Json::Null);
    }
    Ok(match raw.type_info().name() {
        "BLOB" => Json::text(row.try_get::<Uuid, _>(i)?.to_string()),
        "INTEGER" => Json::int(row.try_get(i)?),
        "REAL" => Json::Number(row.try_get::<f64, _>(i)?.to_string().into()),
        _ => Json::text(row.try_get::<String, _>(i)?),
    })
}
