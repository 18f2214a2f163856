//! The reference of the API, from the same list as its document.

use axum::extract::State;
use axum::response::Response;
use pages::api::{Argument, Group, Operation as Shown, Reference, Reply};
use serde_json::{Map, Value, json};

use crate::api::operation::{Operation, Place};
use crate::auth::SignedIn;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

/// `GET /api`
pub(crate) async fn show(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(&web, None).await?;
    let around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    Ok(around.answer(&reference(), &web, &signed))
}

fn reference() -> Reference {
    let document = crate::routes::document();
    let mut groups: Vec<Group> = Vec::new();
    for operation in crate::routes::operations() {
        let shown = shown(&operation, &document["components"]["schemas"]);
        match groups.iter_mut().find(|group| group.name == operation.tag) {
            Some(group) => group.operations.push(shown),
            None => groups.push(Group { name: operation.tag.to_owned(), operations: vec![shown] }),
        }
    }
    Reference { groups }
}

fn shown(operation: &Operation, schemas: &Value) -> Shown {
    let mut replies: Vec<Reply> =
        operation.replies.iter().map(|reply| Reply { status: reply.status, words: reply.words.clone() }).collect();
    replies.sort_by_key(|reply| reply.status);
    let body = operation.body.as_ref().map(|schema| example(schema, schemas));
    let arguments = operation.parameters.iter().map(|parameter| Argument {
        name: parameter.name.to_owned(),
        place: parameter.place.code().to_owned(),
        words: parameter.words.clone(),
        required: parameter.required,
    });
    Shown {
        id: operation.id.to_owned(),
        method: operation.method.to_owned(),
        path: operation.path.to_owned(),
        summary: operation.summary.to_owned(),
        capability: operation.capability,
        arguments: arguments.collect(),
        example: curl(operation, body.as_ref()),
        body: body.and_then(|body| serde_json::to_string_pretty(&body).ok()),
        replies,
    }
}

/// A value that fits a schema, as far as an example needs it.
fn example(schema: &Value, schemas: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return example(&schemas[name], schemas);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind {
        Some("object") => {
            let members = schema["properties"].as_object().into_iter().flatten();
            Value::Object(members.map(|(name, schema)| (name.clone(), example(schema, schemas))).collect::<Map<_, _>>())
        }
        Some("array") => json!([example(&schema["items"], schemas)]),
        Some("integer") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("string") if schema["format"] == "uuid" => json!("00000000-0000-0000-0000-000000000000"),
        Some("string") => json!("…"),
        _ => Value::Null,
    }
}

fn curl(operation: &Operation, body: Option<&Value>) -> String {
    let mut line = String::from("curl");
    if operation.method != "GET" {
        line.push_str(&format!(" -X {}", operation.method));
    }
    if !operation.open {
        line.push_str(" -H \"Authorization: Bearer $TOKEN\"");
    }
    for parameter in operation.parameters.iter().filter(|parameter| parameter.place == Place::Header && parameter.required) {
        line.push_str(&format!(" -H '{}: …'", parameter.name));
    }
    if let Some(body) = body {
        line.push_str(&format!(" -H 'Content-Type: application/json' -d '{body}'"));
    }
    if operation.takes_file {
        line.push_str(" -H 'Content-Type: application/octet-stream' --data-binary @FILE");
    }
    let path = operation.path.replace('{', "$").replace('}', "");
    format!("{line} \"$BASE{path}\"")
}
