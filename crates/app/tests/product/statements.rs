//! What the product asks of its database, as the driver tells it: the text of each statement, in order, without the ids in it.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

/// Where the driver tells of statements.
const TARGET: &str = "sqlx::query";

static TOLD: OnceLock<Mutex<Vec<String>>> = OnceLock::new();

fn told() -> MutexGuard<'static, Vec<String>> {
    TOLD.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder;

/// A statement's summary, and its whole text where that is longer.
#[derive(Default)]
struct Words(String, String);

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.0 = value.to_owned(),
            "db.statement" => self.1 = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET {
            let mut words = Words::default();
            event.record(&mut words);
            let text = if words.1.trim().is_empty() { words.0 } else { words.1 };
            // What a new connection of the pool says to itself; when it is opened depends on the moment.
            if !text.trim_start().starts_with("PRAGMA ") {
                told().push(without_ids(&text));
            }
        }
    }
}

/// Listens from now on, for as long as the process lives: each test has a process of its own.
pub(crate) fn listen() {
    let filter = tracing_subscriber::filter::Targets::new().with_target(TARGET, Level::DEBUG);
    let subscriber = tracing_subscriber::registry().with(Recorder.with_filter(filter));
    tracing::subscriber::set_global_default(subscriber).expect("nobody else listens in this process");
}

/// What was told since the last time.
pub(crate) fn taken() -> Vec<String> {
    std::mem::take(&mut *told())
}

/// White space as one space, ids as `{id}`.
fn without_ids(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some(c) = rest.chars().next() {
        let id = rest.get(..36).filter(|word| {
            word.bytes().enumerate().all(|(i, b)| if [8, 13, 18, 23].contains(&i) { b == b'-' } else { b.is_ascii_hexdigit() })
        });
        let step = if id.is_some() { 36 } else { c.len_utf8() };
        out.push_str(id.map_or(&rest[..step], |_| "{id}"));
        rest = &rest[step..];
    }
    out
}

#[test]
fn ids_are_taken_out_of_statements() {
    let text = "set local app.workspace = '0199f0a1-5b7e-7c4e-9a01-5d2f3c4b5a69';\n  select 1";
    assert_eq!(without_ids(text), "set local app.workspace = '{id}'; select 1");
}
