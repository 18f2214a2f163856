//! What a run asked of Microsoft Graph.

use model::failure::Code;
use model::run::{Call, CallTotal, WaitCause};

use super::values::moment;
use crate::runs::Requests;

/// A trace of requests to a path.
pub(super) fn requests(path: &str, request_id: &str) -> Requests {
    let call = Call {
        number: 1,
        at: moment(60),
        method: "GET".to_owned(),
        path: path.to_owned(),
        status: Some(200),
        code: None,
        wait: WaitCause::None,
        waited_ms: 0,
        ms: 84,
        bytes: 48_200,
        request_id: Some(request_id.to_owned()),
        parts: 0,
    };
    let batch = Call { path: "/$batch".to_owned(), method: "POST".to_owned(), parts: 20, ms: 310, ..call.clone() };
    let busy =
        Call { status: Some(429), code: Some(Code::GraphThrottled), wait: WaitCause::Quota, waited_ms: 12_300, ..call.clone() };
    let lost = Call { status: None, code: Some(Code::GraphTimeout), request_id: None, bytes: 0, ..call.clone() };
    let total = CallTotal {
        method: "GET".to_owned(),
        path: path.to_owned(),
        calls: 1240,
        batched: 1200,
        failed: 2,
        throttled: 1,
        bytes: 5_210_000,
        ms_median: 92,
        ms_longest: 4100,
        waited_ms: 12_300,
    };
    let batches = CallTotal {
        path: "/$batch".to_owned(),
        method: "POST".to_owned(),
        calls: 60,
        batched: 0,
        failed: 0,
        throttled: 0,
        ..total.clone()
    };
    Requests { totals: vec![total, batches], calls: vec![call, batch, busy, lost], more: true }
}
