//! Every store query takes an access scope: public asynchronous functions of the store whose first argument is none are listed.

use super::source::{Source, after_bracket, is_identifier, line_of, words};
use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "store_scopes",
    rule: "a public asynchronous function of the store takes a scope or permit first (after self): &WorkspaceScope, \
           &TenantScope, &RunScope, &RunSight, &SignedIn, &Operator, &Permit<…>, &Across<…>, &Confirmed<…>, &PlatformScope, &GlassScope",
    find,
};

/// The types whose values prove that access was checked.
const PROOFS: &[&str] = &[
    "WorkspaceScope",
    "TenantScope",
    "RunScope",
    "RunSight",
    "SignedIn",
    "Operator",
    "Permit",
    "Across",
    "Confirmed",
    "PlatformScope",
    "GlassScope",
];

/// A public function: its name, where it stands, and the type of its first argument after self.
struct Function<'a> {
    name: &'a str,
    at: usize,
    first: Option<&'a str>,
}

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    // `testing` is behind a feature that no normal dependency may enable (closure.rs).
    let guarded = |path: &str| path.starts_with("crates/store/src/") && !path.starts_with("crates/store/src/testing");
    for (file, source) in tree.rust().filter(|(file, _)| guarded(&file.path)) {
        for function in asynchronous(source) {
            if !function.first.is_some_and(is_proof) {
                findings.push(Finding {
                    key: format!("{}::{}", file.path, function.name),
                    place: format!("{}:{}", file.path, line_of(&source.code, function.at)),
                });
            }
        }
    }
    findings
}

fn asynchronous(source: &Source) -> Vec<Function<'_>> {
    words(&source.code, "pub").filter_map(|at| function(&source.code, at)).collect()
}

/// Reads the function that the `pub` at `at` begins, when it is one and gives a future.
fn function(code: &str, at: usize) -> Option<Function<'_>> {
    let mut rest = code[at..].strip_prefix("pub")?.trim_start();
    let asynchronous = strip_word(&mut rest, "async");
    strip_word(&mut rest, "fn").then_some(())?;
    let name = &rest[..rest.find(|char| !is_identifier(char))?];
    let open = code.len() - rest.len() + name.len();
    let open = if code[open..].starts_with('<') { after_angle(code, open)? } else { open };
    let open = open + code[open..].find('(')?;
    let close = after_bracket(code, open)?;
    let returns = &code[close..close + code[close..].find(['{', ';'])?];
    if !asynchronous && !returns.contains("Future") {
        return None;
    }
    let mut arguments = split(&code[open + 1..close - 1]).into_iter();
    let mut first = arguments.next();
    if first.is_some_and(is_self) {
        first = arguments.next();
    }
    Some(Function { name, at, first: first.and_then(|argument| Some(argument.split_once(':')?.1.trim())) })
}

fn strip_word(rest: &mut &str, word: &str) -> bool {
    match rest.strip_prefix(word) {
        Some(after) if after.starts_with(char::is_whitespace) => {
            *rest = after.trim_start();
            true
        }
        _ => false,
    }
}

/// The position after the `>` that closes the `<` at `open`; the `>` of `->` closes nothing.
fn after_angle(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut before = ' ';
    for (offset, char) in code[open..].char_indices() {
        match char {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + offset + 1);
        }
        before = char;
    }
    None
}

/// Splits arguments at commas that stand in no bracket.
fn split(arguments: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start, mut before) = (Vec::new(), 0i32, 0, ' ');
    for (at, char) in arguments.char_indices() {
        match char {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        before = char;
    }
    parts.push(arguments[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_self(argument: &str) -> bool {
    let before_type = argument.split(':').next().unwrap_or_default();
    words(before_type, "self").next().is_some()
}

/// True for a reference to, or a value of, a type that proves a check.
fn is_proof(given: &str) -> bool {
    let mut name = given.trim_start_matches('&').trim_start();
    if name.starts_with('\'') {
        name = name.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
    }
    let name = name.split('<').next().unwrap_or_default();
    PROOFS.contains(&name.rsplit("::").next().unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let found = find(&Tree::of(&[("crates/store/src/a.rs", text)]));
        found.into_iter().map(|finding| finding.key.replace("crates/store/src/a.rs::", "")).collect()
    }

    #[test]
    fn a_function_without_a_scope_is_found() {
        assert_eq!(keys("impl A {\n    pub async fn list(&self, filter: Filter) -> Page { x() }\n}"), ["list"]);
        assert_eq!(keys("pub async fn open(url: &str) -> Result<Self, Error> {}"), ["open"]);
        assert_eq!(keys("pub async fn now() -> Time {}"), ["now"]);
    }

    #[test]
    fn scopes_and_permits_are_known_in_any_dress() {
        for first in [
            "scope: &TenantScope",
            "scope: &'a access::WorkspaceScope",
            "_: &crate::access::RunScope",
            "permit: &Permit<InventorySync>",
            "confirmed: Confirmed<DangerZone>",
            "who: &SignedIn",
            "op: &Operator",
        ] {
            let text =
                format!("pub async fn find<'a, F: Fn(u8) -> u8>(\n    &'a self,\n    {first},\n    id: (A, B),\n) -> B {{}}");
            assert!(keys(&text).is_empty(), "{first}");
        }
    }

    #[test]
    fn a_scope_that_is_not_first_does_not_count() {
        assert_eq!(keys("pub async fn find(self: &Arc<Self>, id: Id, scope: &TenantScope) {}"), ["find"]);
        assert_eq!(keys("pub async fn find(scope: &NotAWorkspaceScope) {}"), ["find"]);
    }

    #[test]
    fn futures_without_async_count_and_plain_functions_do_not() {
        assert_eq!(keys("pub fn a(x: u8) -> impl Future<Output = u8> + Send { async {} }\npub fn b(x: u8) -> u8 { x }"), ["a"]);
    }

    #[test]
    fn what_is_not_public_is_free() {
        assert!(keys("pub(crate) async fn a(x: u8) {}\nasync fn b(x: u8) {}\n// pub async fn c() {}").is_empty());
    }
}
