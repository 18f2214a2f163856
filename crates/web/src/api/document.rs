//! The OpenAPI document: put together from the table of routes, committed as `docs/openapi.json`, served to programs.

use std::sync::OnceLock;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer::of_bytes;
use super::operation::Operation;
use super::problem::Problem;
use super::shape::{Schemas, Shape as _};
use crate::auth::Public;
use crate::error::Error;

/// What the API is about, for whoever reads the document first.
const ABOUT: &str = "Everything that a person can do in TenantAtlas, for their programs. Send a token as `Authorization: Bearer tat_…`; \
it is made on the page “API tokens” and opens one workspace. What is absent and what is not yours are both 404; a missing \
capability is 403 and named. Whatever takes long is a run: a start answers 202 with its `Location`, which is asked again after \
`Retry-After` seconds until its `status` is `completed`. Lists come in pages of `limit` rows; `next` is the `cursor` of the page \
that follows. Unknown parameters and members are refused.";

/// The whole document.
pub(crate) fn build(operations: &[Operation], mut schemas: Schemas) -> Value {
    Problem::reference(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = operation.document();
    }
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        if !tags.contains(&operation.tag) {
            tags.push(operation.tag);
        }
    }
    let mut schemas = schemas.into_map();
    if let Some(problem) = schemas.get_mut("Problem") {
        problem["properties"]["code"]["enum"] = Problem::CODES.map(|(code, _)| code).into();
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "TenantAtlas", "version": "1", "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "tags": tags.into_iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "An API token." } },
        },
    })
}

/// The document as text, as it is committed.
#[must_use]
pub fn openapi() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let document = crate::routes::document();
        serde_json::to_string_pretty(&document).map_or_else(|_| String::new(), |text| text + "\n")
    })
}

/// `GET /api/v1/openapi.json`
pub(crate) async fn show(_: Public) -> Result<Response, Error> {
    Ok(of_bytes(StatusCode::OK, openapi().as_bytes().to_vec()))
}
