//! Messages in the forms that destinations take. What comes from outside is put where nothing is interpreted: a string of JSON, a code
//! span, a text run, escaped HTML.

use serde_json::{Value, json};

use super::message::{Item, Message};

/// Events that a card of Teams names: it takes 28 KiB, whatever things are called.
const MOST_IN_CARD: usize = 12;

/// A mail: one line and two bodies that say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// Files that come along.
    pub files: Vec<Attachment>,
}

/// A file of a mail: text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called: ASCII letters, digits, hyphens and dots.
    pub name: String,
    /// Its type, for example `text/markdown; charset=utf-8`.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// The body of a signed webhook.
#[must_use]
pub fn webhook(message: &Message) -> String {
    let alert = |item: &Item| {
        json!({
            "kind": item.kind.code(),
            "title": item.title,
            "detail": item.detail,
            "tenant": item.tenant,
            "name": item.name,
            "severity": item.severity,
            "at": item.at.to_fixed_text(),
            "url": message.url(item),
        })
    };
    json!({
        "type": "tenantatlas.alert",
        "timestamp": message.at.to_fixed_text(),
        "data": {
            "message_id": message.id,
            "workspace": message.workspace,
            "rule": message.rule,
            "title": message.title(),
            "alerts": message.items.iter().map(alert).collect::<Vec<_>>(),
            "more": message.more,
        },
    })
    .to_string()
}

/// A name as a code span, in which neither Slack nor Markdown sees anything but text.
fn code(name: &str) -> String {
    let quiet: String = name.chars().map(|c| if c == '`' { '\u{2bc}' } else { c }).collect();
    format!("`{}`", quiet.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// What is said of the events that are not named, where so many are.
fn more(message: &Message, named: usize) -> Option<String> {
    let beyond = message.count() - named;
    let log = message.base.as_ref().map_or_else(String::new, |base| format!(": {base}/admin/alerts/log"));
    (beyond > 0).then(|| format!("… and {beyond} more{log}"))
}

/// A message of Slack, and of what takes the same.
#[must_use]
pub fn slack(message: &Message) -> String {
    let mut lines = vec![format!("*TenantAtlas: {}*", message.title())];
    for item in &message.items {
        let mut line = format!("• {}", item.title);
        for name in [&item.tenant, &item.name].into_iter().flatten() {
            line = format!("{line} · {}", code(name));
        }
        if let Some(detail) = &item.detail {
            line = format!("{line} · {detail}");
        }
        if let Some(url) = message.url(item) {
            line = format!("{line} · {url}");
        }
        lines.push(line);
    }
    lines.extend(more(message, message.items.len()));
    if !message.rule.is_empty() {
        lines.push(format!("Rule {} in {}", code(&message.rule), code(&message.workspace)));
    }
    json!({ "text": lines.join("\n"), "unfurl_links": false, "unfurl_media": false }).to_string()
}

/// A card for a workflow of Microsoft Teams. Its texts are text runs: unlike text blocks they know no Markdown.
#[must_use]
pub fn teams(message: &Message) -> String {
    let run =
        |text: &str, bold: bool| json!({ "type": "TextRun", "text": text, "weight": if bold { "bolder" } else { "default" } });
    let block = |inlines: Vec<Value>| json!({ "type": "RichTextBlock", "inlines": inlines });
    let mut body = vec![block(vec![run(&format!("TenantAtlas: {}", message.title()), true)])];
    let named = message.items.len().min(MOST_IN_CARD);
    for item in &message.items[..named] {
        let mut inlines = vec![run(&item.title, true)];
        for part in [&item.tenant, &item.name, &item.detail].into_iter().flatten() {
            inlines.push(run(" · ", false));
            inlines.push(run(part, false));
        }
        if let Some(url) = message.url(item) {
            inlines.push(run(" ", false));
            let open = json!({ "type": "Action.OpenUrl", "url": url });
            inlines.push(json!({ "type": "TextRun", "text": "Open", "selectAction": open }));
        }
        body.push(block(inlines));
    }
    body.extend(more(message, named).map(|words| block(vec![run(&words, false)])));
    if !message.rule.is_empty() {
        body.push(block(vec![run(&format!("Rule {} in {}", message.rule, message.workspace), false)]));
    }
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": { "width": "Full" },
        "body": body,
    });
    let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card });
    json!({ "type": "message", "attachments": [attachment] }).to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A name in which programs that read mail find no address to make a link of.
fn unlinked(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        out.push(c);
        let www =
            c.eq_ignore_ascii_case(&'w') && name[at + 1..].starts_with('.') && name[..=at].to_ascii_lowercase().ends_with("www");
        if www || (c == ':' && name[at + 1..].starts_with("//")) {
            out.push(' ');
        }
    }
    out
}

/// A mail.
#[must_use]
pub fn letter(message: &Message) -> Letter {
    let (mut text, mut html) = (Vec::new(), Vec::new());
    for item in &message.items {
        let names = [&item.tenant, &item.name].into_iter().flatten().map(|name| unlinked(name));
        let parts: Vec<String> = names.chain(item.detail.clone()).collect();
        let (said, at) = (parts.join(" · "), item.at.to_utc_words());
        let url = message.url(item);
        text.push(format!("{} ({at})\n{said}\n{}\n", item.title, url.as_deref().unwrap_or_default()));
        let link = url.map_or_else(String::new, |url| format!("<br><a href=\"{}\">Open</a>", escaped(&url)));
        html.push(format!("<p><strong>{}</strong> ({})<br>{}{link}</p>", escaped(&item.title), escaped(&at), escaped(&said)));
    }
    if let Some(words) = more(message, message.items.len()) {
        html.push(format!("<p>{}</p>", escaped(&words)));
        text.push(format!("{words}\n"));
    }
    let foot = if message.rule.is_empty() {
        format!("Sent by TenantAtlas for {}.", unlinked(&message.workspace))
    } else {
        format!("Sent by TenantAtlas because of the rule {} in {}.", unlinked(&message.rule), unlinked(&message.workspace))
    };
    text.push(foot.clone());
    html.push(format!("<p>{}</p>", escaped(&foot)));
    let body = html.join("\n");
    Letter {
        files: Vec::new(),
        subject: format!("TenantAtlas: {}", message.title()),
        text: text.join("\n"),
        html: format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>TenantAtlas</title></head><body>\n{body}\n</body></html>"
        ),
    }
}
