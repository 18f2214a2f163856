//! What can leave the machine is named only where it may: `outbound`, the test kit and tests. Manifests and clippy forbid the
//! same; this net also sees names that come by way of another crate.

use super::source::{line_of, words};
use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "outbound_clients",
    rule: "HTTP clients, mail and outgoing connections are named only in crates/outbound, crates/testkit and tests",
    find,
};

const CLIENTS: &[&str] = &[
    "reqwest",
    "lettre",
    "object_store",
    "TcpStream::connect",
    "TcpSocket",
    "UdpSocket",
    "UnixStream::connect",
    "hyper_util::client",
    "hyper::client",
];

const FREE: &[&str] = &["crates/outbound/", "crates/testkit/"];

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        if !file.path.starts_with("crates/") || FREE.iter().any(|free| file.path.starts_with(free)) {
            continue;
        }
        for client in CLIENTS {
            findings.extend(words(&source.code, client).map(|at| Finding {
                key: format!("{}: {client}", file.path),
                place: format!("{}:{}", file.path, line_of(&source.code, at)),
            }));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_outside_outbound_is_found() {
        let found = find(&Tree::of(&[("crates/web/src/a.rs", "use reqwest::Client;\nlet s = TcpStream::connect(a);")]));
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].place, "crates/web/src/a.rs:2");
    }

    #[test]
    fn outbound_tests_and_words_in_comments_are_free() {
        assert!(
            find(&Tree::of(&[
                ("crates/outbound/src/http.rs", "use reqwest::Client;"),
                ("crates/app/tests/a.rs", "reqwest::get(url)"),
                ("crates/web/src/b.rs", "// never reqwest\nlet a = \"reqwest\";"),
            ]))
            .is_empty()
        );
    }
}
