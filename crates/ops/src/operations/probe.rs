//! Probes: what a test of the engine asks for, item by item, each recorded by itself.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use model::failure::{Code, Failure};
use model::operations::probe::Arguments;
use model::run::{CountKey, NewItem};

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments: Arguments =
        serde_json::from_value(context.run.context.clone()).map_err(|_| Failure::new(Code::RunContextMissing))?;
    if arguments.items == 0 {
        return Ok(());
    }
    let wanted = |key: &String| arguments.only.as_ref().is_none_or(|only| only.contains(key));
    let keys: Vec<(u32, String)> =
        (0..arguments.items).map(|n| (n, format!("item-{n:06}"))).filter(|(_, key)| wanted(key)).collect();
    context.counts.set(CountKey::Total, i64::try_from(keys.len()).unwrap_or(i64::MAX));
    let done = context.recorded().await?;
    for (n, key) in keys {
        if done.contains_key(&key) {
            continue;
        }
        context.checkpoint()?;
        // The cursor names the item that was half done and its next step.
        let begun = context.cursor.take().and_then(|cursor| cursor.strip_prefix(&format!("{key} "))?.parse::<u32>().ok());
        for step in begun.unwrap_or(0)..arguments.steps {
            context.now_doing(format!("{key}, step {step}"));
            context.report_now(Some(format!("{key} {}", step + 1))).await?;
        }
        if arguments.item_millis > 0 {
            context.or_stop(tokio::time::sleep(Duration::from_millis(arguments.item_millis))).await?;
        }
        if let Some(file) = &arguments.effects {
            let line = format!("{} {key} {}\n", context.run.id.uuid().simple(), context.run.lease_token);
            // In one write at the end of the file, so that lines of several processes do not mix.
            let written =
                OpenOptions::new().append(true).create(true).open(file).and_then(|mut it| it.write_all(line.as_bytes()));
            written.map_err(|_| Failure::new(Code::Internal))?;
        }
        let fails = arguments.fail_every > 0 && n % arguments.fail_every == 0;
        if fails {
            context.failure(&Failure::new(Code::Internal), &key);
        }
        context.record(vec![if fails { NewItem::failed(key, Code::Internal) } else { NewItem::succeeded(key) }]).await?;
    }
    Ok(())
}
