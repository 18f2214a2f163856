//! What a handler of the API takes describes itself: guard, query, body and headers are read from its signature into the document.

use axum::extract::{RawPathParams, State};
use axum::http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::body::{Body, Octets};
use super::headers::{ArchiveKey, IdempotencyKey, IfMatch, IfNoneMatch};
use super::operation::{Operation, Parameter};
use super::query::{Parameters, Query};
use super::shape::{Schemas, Shape};
use crate::auth::Guard;
use crate::routes::Guarded;
use crate::state::WebState;

/// An argument of a handler.
pub(crate) trait Argument {
    /// What it adds to the document.
    fn describe(operation: Operation, all: &mut Schemas) -> Operation;
}

macro_rules! silent {
    ($($type:ty),+) => {$(
        impl Argument for $type {
            fn describe(operation: Operation, _: &mut Schemas) -> Operation {
                operation
            }
        }
    )+};
}

silent!(State<WebState>, RawPathParams, HeaderMap);

impl<T: Parameters> Argument for Query<T> {
    fn describe(mut operation: Operation, all: &mut Schemas) -> Operation {
        operation.parameters.extend(T::parameters(all));
        operation
    }
}

impl<T: Shape + DeserializeOwned> Argument for Body<T> {
    fn describe(mut operation: Operation, all: &mut Schemas) -> Operation {
        operation.body = Some(T::reference(all));
        operation.fails(413, "The body is larger than 1 MB.").fails(415, "The body is not `application/json`.")
    }
}

impl Argument for Octets {
    fn describe(mut operation: Operation, _: &mut Schemas) -> Operation {
        operation.takes_file = true;
        operation.fails(413, "The file is larger than 512 MiB.").fails(415, "The body is not `application/octet-stream`.")
    }
}

impl Argument for ArchiveKey {
    fn describe(mut operation: Operation, _: &mut Schemas) -> Operation {
        let schema = || json!({ "type": "string", "minLength": 1, "maxLength": 4000, "pattern": "^[!-~]+$" });
        let words =
            "What opens the file, where a passphrase does; anything but visible ASCII, and `%`, is percent-encoded (UTF-8).";
        operation.parameters.push(Parameter::header("Archive-Passphrase", words, false, schema()));
        let words =
            "What opens the file, where a key of age does (`AGE-SECRET-KEY-1…`). Beside a passphrase it counts for nothing.";
        operation.parameters.push(Parameter::header("Archive-Identity", words, false, schema()));
        operation
    }
}

impl Argument for IdempotencyKey {
    fn describe(mut operation: Operation, _: &mut Schemas) -> Operation {
        let words = "A key of your own for this very request: sent again under the same key it gives the run that it gave then. Kept for 30 days.";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$" });
        operation.parameters.push(Parameter::header("Idempotency-Key", words, false, schema));
        operation.fails(422, "The key was used for another request.")
    }
}

impl Argument for IfMatch {
    fn describe(mut operation: Operation, _: &mut Schemas) -> Operation {
        let words = "The `ETag` of the version that is changed.";
        operation.parameters.push(Parameter::header("If-Match", words, true, json!({ "type": "string" })));
        operation.fails(412, "It has changed since that version.").fails(428, "`If-Match` is missing.")
    }
}

impl Argument for IfNoneMatch {
    fn describe(mut operation: Operation, _: &mut Schemas) -> Operation {
        let words = "The `ETag` of what you have already.";
        operation.parameters.push(Parameter::header("If-None-Match", words, false, json!({ "type": "string" })));
        operation.ends(304, "Nothing has changed.")
    }
}

/// The arguments of a handler of the API.
pub(crate) trait Described: Guarded {
    /// What they say together.
    fn describe(operation: Operation, all: &mut Schemas) -> Operation;
}

macro_rules! described {
    ($(($($more:ident),*))+) => {$(
        impl<M: 'static, G: Guard + 'static, $($more: Argument + 'static),*> Described for (M, G, $($more,)*) {
            fn describe(operation: Operation, all: &mut Schemas) -> Operation {
                let operation = guarded::<G>(operation);
                $(let operation = $more::describe(operation, all);)*
                let _ = &all;
                operation
            }
        }
    )+};
}

described! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

/// What every operation with that guard can answer.
fn guarded<G: Guard>(mut operation: Operation) -> Operation {
    operation.open = G::NAME == "Public";
    operation.capability = G::CAPABILITY;
    if operation.open {
        return operation;
    }
    let operation = operation
        .fails(400, "The request cannot be understood: a parameter, a header or the body.")
        .fails(401, "No valid API token.")
        .fails(429, "Too many requests with this token; `Retry-After` says when to go on.")
        .header(429, "Retry-After", "Seconds to wait.", json!({ "type": "integer" }));
    if G::NAME == "SignedIn" {
        return operation;
    }
    operation
        .fails(403, "The role or the token lacks a capability; `capability` names it.")
        .fails(404, "There is none, or it is not yours: nobody can tell which.")
}
