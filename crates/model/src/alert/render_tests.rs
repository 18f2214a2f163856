//! Hostile names in every form of a message.

use proptest::prelude::*;
use serde_json::Value;

use super::plain::plain;
use super::{Item, Message, RuleKind, letter, slack, teams, webhook};
use crate::ids::AlertMessageId;
use crate::time::Moment;

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<!channel> <@U123> <https://evil.example|Click>",
    "[Click](https://evil.example) **bold** @channel @here",
    "`code` *bold* _it_ ~st~ > quote",
    "\"},{\"text\":\"x",
    "' onmouseover='x",
    "a\r\nBcc: victim@example.com\r\n\r\nbody",
    "\u{202e}txt.exe",
    "see https://evil.example WWW.evil.example",
    "{{7*7}} ${jndi:ldap://x} {DATE()}",
];

fn message(name: &str) -> Message {
    let item = Item {
        title: "High finding: changed".to_owned(),
        detail: Some("Words of our own.".to_owned()),
        tenant: Some(plain(name)),
        name: Some(plain(name)),
        path: "/admin/t/x/drift/y".to_owned(),
        kind: RuleKind::Finding,
        severity: Some("high".to_owned()),
        at: Moment::from_micros(1_750_000_000_000_000),
    };
    Message {
        id: AlertMessageId::generate(),
        workspace: plain(name),
        rule: plain(name),
        at: Moment::from_micros(1_750_000_000_000_000),
        items: vec![item],
        more: 3,
        base: Some("https://atlas.example.com".to_owned()),
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What stands outside code spans.
fn outside(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

fn texts(value: &Value, kinds: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(kind) = map.get("type").and_then(Value::as_str) {
                kinds.push(kind.to_owned());
            }
            map.values().for_each(|value| texts(value, kinds));
        }
        Value::Array(list) => list.iter().for_each(|value| texts(value, kinds)),
        _ => {}
    }
}

fn holds(name: &str) {
    let (of_name, of_plain) = (message(name), message("x"));
    // Outside of code spans a message of Slack is the same whatever things are called.
    let said = |message: &Message| parsed(&slack(message))["text"].as_str().unwrap().to_owned();
    assert_eq!(outside(&said(&of_name)), outside(&said(&of_plain)), "{name:?}");
    assert_eq!(said(&of_name).lines().count(), said(&of_plain).lines().count());
    assert!(!said(&of_name).contains(['<', '>']), "{name:?}");
    // A card has the same parts, and no part that knows Markdown.
    let kinds = |message: &Message| {
        let mut kinds = Vec::new();
        texts(&parsed(&teams(message)), &mut kinds);
        kinds
    };
    assert_eq!(kinds(&of_name), kinds(&of_plain), "{name:?}");
    assert!(!kinds(&of_name).iter().any(|kind| kind == "TextBlock" || kind == "FactSet"));
    // Mail: the same tags, and a subject of our own words.
    let (mail, usual) = (letter(&of_name), letter(&of_plain));
    let tags = |html: &str| html.chars().filter(|c| matches!(c, '<' | '>' | '"' | '\'')).count();
    assert_eq!(tags(&mail.html), tags(&usual.html), "{name:?}");
    assert_eq!(mail.subject, usual.subject);
    let own = "https://atlas.example.com/";
    for body in [&mail.text, &mail.html] {
        let theirs = body.replace(own, "").to_ascii_lowercase();
        assert!(!theirs.contains("://") && !theirs.contains("www."), "a program that reads mail makes a link of it: {body}");
    }
    assert!(!mail.text.contains('\r') && mail.text.lines().count() == usual.text.lines().count(), "{name:?}");
    // JSON gives back what went in.
    assert_eq!(parsed(&webhook(&of_name))["data"]["alerts"][0]["name"], plain(name));
}

#[test]
fn a_hostile_name_can_do_nothing_in_any_form() {
    HOSTILE.iter().for_each(|name| holds(name));
}

#[test]
fn a_message_links_to_the_page_and_counts_what_it_does_not_name() {
    let message = message("Contoso");
    let all = [slack(&message), teams(&message), webhook(&message), letter(&message).text, letter(&message).html];
    for form in all {
        assert!(form.contains("https://atlas.example.com/admin/t/x/drift/y"), "{form}");
    }
    assert_eq!(message.title(), "4 alerts");
    assert!(letter(&message).text.contains("… and 3 more"));
    let without = Message { base: None, ..message };
    assert!(!slack(&without).contains("/admin/"), "no link where nobody said where the product is");
}

#[test]
fn a_card_is_never_too_large_and_counts_what_it_does_not_name() {
    let mut storm = message(&"\u{1d54f}".repeat(500));
    storm.items = vec![storm.items[0].clone(); 50];
    let card = teams(&storm);
    assert!(card.len() < 28 * 1024, "{} bytes", card.len());
    assert!(card.contains("… and 41 more"), "50 and 3, of which 12 are named");
}

proptest! {
    #[test]
    fn no_name_whatever_it_is(name in any::<String>()) {
        holds(&name);
    }
}
