//! A request for a token, read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::message::Request;
use crate::query::decode;

/// The only type of assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the app proves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    Secret(String),
    Assertion(String),
    /// Neither, or both.
    Nothing,
}

#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) client_id: String,
    pub(super) given: Given,
    pub(super) grant_type: String,
    pub(super) scope: String,
}

pub(super) fn read(request: &Request) -> Form {
    let text = String::from_utf8_lossy(&request.body).into_owned();
    let fields: Vec<(String, String)> = text
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(name, raw)| (decode(name), decode(&raw.replace('+', " "))))
        .collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let basic = request.header_value("authorization").and_then(basic);
    let (basic_id, basic_secret) = basic.map_or((None, None), |(id, secret)| (Some(id), Some(secret)));
    let assertion = field("client_assertion").filter(|_| field("client_assertion_type").as_deref() == Some(JWT_BEARER));
    let given = match (field("client_secret").or(basic_secret), assertion) {
        (Some(secret), None) => Given::Secret(secret),
        (None, Some(assertion)) => Given::Assertion(assertion),
        _ => Given::Nothing,
    };
    Form {
        client_id: field("client_id").or(basic_id).unwrap_or_default(),
        given,
        grant_type: field("grant_type").unwrap_or_default(),
        scope: field("scope").unwrap_or_default(),
    }
}

/// Id and secret of HTTP Basic, each percent-encoded inside.
fn basic(header: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id), decode(secret)))
}
