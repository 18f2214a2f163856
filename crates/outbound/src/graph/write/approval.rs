//! Multi Admin Approval: where a tenant protects a kind of object, Intune carries out no write before another administrator approved it.
//!
//! A write that says why (`x-msft-approval-justification`, base64) is answered with an error that names a code, under which Microsoft
//! keeps the request. Once somebody approved it, the same write is sent again with that code (`x-msft-approval-code`). Tenants that
//! protect nothing ignore both. Figures and words: Microsoft, "Use Multi Admin Approval with the Microsoft Graph API".

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::failure::GraphCode;
use model::json::Json;

/// The request header that says why.
pub(crate) const JUSTIFICATION: &str = "x-msft-approval-justification";
/// The header, of answers and of requests, with the code of a request for approval.
pub(crate) const CODE: &str = "x-msft-approval-code";
/// Bytes of a justification that are sent; Microsoft takes 1,024 characters.
const LONGEST: usize = 1000;

/// The code under which Microsoft keeps a request for approval.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApprovalCode(String);

impl ApprovalCode {
    /// A code as Microsoft writes it: a GUID. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
        let fits = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| if dash(at) { byte == b'-' } else { byte.is_ascii_hexdigit() });
        fits.then(|| Self(text.to_ascii_lowercase()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApprovalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a write says to whoever has to approve it.
#[derive(Clone, Default)]
pub(crate) struct Approval {
    justification: Option<String>,
    code: Option<ApprovalCode>,
}

impl Approval {
    pub(super) fn say(&mut self, words: &str) {
        let end = words.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last().unwrap_or(0);
        self.justification = Some(STANDARD.encode(&words[..end]));
    }

    pub(super) fn is_approved(&mut self, code: ApprovalCode) {
        self.code = Some(code);
    }

    /// The header that goes with a request to a path; only Intune knows it.
    pub(super) fn header(&self, template: &str) -> Option<(&'static str, &str)> {
        if !template.starts_with("/device") {
            return None;
        }
        match (&self.code, &self.justification) {
            (Some(code), _) => Some((CODE, code.as_str())),
            (None, Some(words)) => Some((JUSTIFICATION, words)),
            (None, None) => None,
        }
    }
}

/// Whether an error asks for approval, and the code of the request. `header`: the answer's own. The only place where the text of an
/// error decides: that no justification was sent, and that a request waits already, are told in no other way.
pub(super) fn wanted(code: Option<GraphCode>, header: Option<&str>, texts: &[String]) -> (bool, Option<ApprovalCode>) {
    let in_text = |text: &String| ApprovalCode::parse(text.split_once(&format!("{CODE}: "))?.1.get(..36)?);
    let named = header.and_then(ApprovalCode::parse).or_else(|| texts.iter().find_map(in_text));
    let asks = |text: &String| {
        let text = text.to_ascii_lowercase();
        text.contains(JUSTIFICATION) || text.contains("active approval request already exists")
    };
    (named.is_some() || code == Some(GraphCode::ApprovalRequired) || texts.iter().any(asks), named)
}

/// Every text of an error's body in which a service says what was wrong, those inside Intune's nested error included. They decide, and
/// go nowhere.
pub(super) fn texts_of(body: &Json) -> Vec<String> {
    let mut texts = Vec::new();
    let mut level = body.get("error");
    for _ in 0..4 {
        let Some(error) = level else { break };
        if let Some(message) = error.get("message").and_then(Json::as_str) {
            let nested = message.trim_start().starts_with('{').then(|| Json::parse(message.as_bytes()).ok()).flatten();
            match nested {
                Some(nested) => {
                    let names = ["Message", "CustomApiErrorPhrase"];
                    texts.extend(names.iter().filter_map(|name| nested.get(name)?.as_str()).map(str::to_owned));
                }
                None => texts.push(message.to_owned()),
            }
        }
        let details = error.get("details").and_then(Json::as_array).unwrap_or_default();
        texts.extend(details.iter().filter_map(|detail| detail.get("message")?.as_str()).map(str::to_owned));
        level = error.get("innerError").or_else(|| error.get("innererror"));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_justification_is_cut_between_characters_and_an_approved_write_sends_its_code() {
        let mut approval = Approval::default();
        assert_eq!(approval.header("/deviceManagement/intents"), None);
        approval.say(&"ü".repeat(900));
        let (name, value) = approval.header("/deviceManagement/intents").unwrap();
        assert_eq!((name, STANDARD.decode(value).unwrap().len()), (JUSTIFICATION, 1000));
        assert_eq!(approval.header("/groups/{id}"), None, "the directory knows no such header");
        approval.is_approved(ApprovalCode::parse("AABB1234-5678-9012-abcd-ef0123456789").unwrap());
        let header = approval.header("/deviceAppManagement/mobileApps/{id}");
        assert_eq!(header, Some((CODE, "aabb1234-5678-9012-abcd-ef0123456789")));
        assert_eq!(ApprovalCode::parse("AABB1234-5678-9012-abcd-ef012345678"), None);
        assert_eq!(ApprovalCode::parse("<script>-5678-9012-abcd-ef0123456789"), None);
    }

    #[test]
    fn each_way_in_which_approval_is_asked_for_is_known() {
        let said = |text: &str| wanted(None, None, &[text.to_owned()]);
        assert_eq!(said("Header 'x-msft-approval-justification' is required to request approval"), (true, None));
        assert_eq!(said("An active Approval Request already exists"), (true, None));
        let (asks, code) = said("Approval Required. x-msft-approval-code: aabb1234-5678-9012-abcd-ef0123456789");
        assert_eq!((asks, code.unwrap().as_str()), (true, "aabb1234-5678-9012-abcd-ef0123456789"));
        assert_eq!(said("Insufficient privileges to complete the operation."), (false, None));
        assert!(wanted(None, Some("aabb1234-5678-9012-abcd-ef0123456789"), &[]).1.is_some());
        assert_eq!(wanted(Some(GraphCode::ApprovalRequired), None, &[]), (true, None));
    }
}
