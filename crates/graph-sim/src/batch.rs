//! `$batch`: up to twenty requests in one, each answered, throttled and counted by itself.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::json::Json;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::message::{Delivery, Request, Response};
use crate::sim::Sim;

/// Requests in one batch.
const MOST: usize = 20;

/// Largest body of a part, in bytes.
const LARGEST_PART: u64 = 16 * 1024 * 1024;

impl Sim {
    pub(crate) fn batch(&self, context: &Context<'_>) -> Answer {
        let body = context.body()?;
        let parts = body
            .get("requests")
            .and_then(Json::as_array)
            .ok_or_else(|| GraphError::bad_request("Invalid batch payload format."))?;
        if parts.len() > MOST {
            return Err(GraphError::bad_request(format!("Number of batch request steps exceeds the maximum value of {MOST}.")));
        }
        let ids: Vec<String> = parts.iter().filter_map(|part| id_of(part.get("id")?)).collect();
        let distinct: BTreeSet<String> = ids.iter().map(|id| id.to_ascii_lowercase()).collect();
        if ids.len() != parts.len() || distinct.len() != parts.len() {
            return Err(GraphError::bad_request("Every request must have an id of its own."));
        }
        let mut statuses: BTreeMap<&str, u16> = BTreeMap::new();
        let mut responses = Vec::new();
        for (part, id) in parts.iter().zip(&ids) {
            let needs = part.get("dependsOn").and_then(Json::as_array).unwrap_or_default();
            let failed = needs.iter().filter_map(id_of).any(|id| statuses.get(id.as_str()).is_none_or(|status| *status >= 400));
            let response = if failed {
                let error = Json::from([
                    ("code", Json::text("FailedDependency")),
                    ("message", Json::text("A request that this one depends on failed.")),
                ]);
                Response::json(424, Json::from([("error", error)]).to_text())
            } else {
                self.exchange(&request_of(part, context.request, context.route.version.segment())?, Some(context.exchange))
            };
            statuses.insert(id, response.status);
            // An answer that is lost is lost for its part only.
            if !matches!(response.delivery, Delivery::Lost | Delivery::Dropped | Delivery::Hang) {
                responses.push(answer_of(id, response));
            }
        }
        // The order means nothing; giving it backwards finds those who think so.
        responses.reverse();
        Ok(Response::json(200, Json::from([("responses", Json::Array(responses))]).to_text()))
    }
}

/// The id of a part. Graph takes numbers too, and answers with their text.
fn id_of(id: &Json) -> Option<String> {
    match id {
        Json::Number(_) => Some(id.to_text()),
        _ => id.as_str().map(str::to_owned),
    }
}

fn request_of(part: &Json, envelope: &Request, version: &str) -> Result<Request, GraphError> {
    let text = |name: &str| part.get(name).and_then(Json::as_str);
    let (Some(method), Some(url)) = (text("method"), text("url")) else {
        return Err(GraphError::bad_request("Every request must have a method and a url."));
    };
    let mut headers: Vec<(String, String)> = part
        .get("headers")
        .and_then(Json::as_object)
        .unwrap_or_default()
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let body = part.get("body").map(Json::to_text).unwrap_or_default().into_bytes();
    if !body.is_empty() && !typed {
        return Err(GraphError::bad_request("A request with a body must have a Content-Type header."));
    }
    for name in ["Authorization", "Host"] {
        headers.extend(envelope.header_value(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    let path_and_query = format!("/{version}/{}", url.trim_start_matches('/'));
    Ok(Request { method: method.to_ascii_uppercase(), path_and_query, headers, body })
}

fn answer_of(id: &str, response: Response) -> Json {
    let headers = response.headers.iter().map(|(name, value)| (name.clone(), Json::text(value))).collect();
    let status = Json::int(i64::from(response.status));
    let mut answer = Json::from([("id", Json::text(id)), ("status", status), ("headers", Json::Object(headers))]);
    let bytes = response.body.into_bytes(LARGEST_PART).unwrap_or_default();
    if !bytes.is_empty() {
        answer.set("body", Json::parse(&bytes).unwrap_or_else(|_| Json::text(STANDARD.encode(&bytes))));
    }
    answer
}
