//! The client: creates the tables and the jobs.

use std::time::{Duration, Instant};

use riverqueue::Client;
use riverqueue::migrate::PostgresMigrator;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::job::Probe;
use crate::{Outcome, now_ms, pool, say};

/// Jobs of one bulk insert, well under PostgreSQL's limit of bound values.
const PORTION: usize = 1_000;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Order {
    Setup,
    Single { clients: usize, each: usize },
    Fill { count: usize },
    One { key: String, act: String },
}

/// Answers one line per order until standard input ends.
pub(crate) async fn run() -> Outcome {
    let pool = pool(8, 8).await?;
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = orders.next_line().await? {
        let order: Order = serde_json::from_str(&line)?;
        if matches!(order, Order::Setup) {
            PostgresMigrator::new(pool.clone()).migrate_up().await?;
            say(&json!({ "done": "setup" }));
            continue;
        }
        // Notifications of inserts are held back for this long after another; at its shortest, none is.
        let client = Client::builder(pool.clone()).fetch_cooldown(Duration::from_millis(1)).build()?;
        say(&answer(&client, order).await?);
    }
    Ok(())
}

async fn answer(client: &Client, order: Order) -> Outcome<Value> {
    Ok(match order {
        Order::Setup => Value::Null,
        Order::Single { clients, each } => single(client, clients, each).await?,
        Order::Fill { count } => {
            for first in (0..count).step_by(PORTION) {
                let jobs = (first..count.min(first + PORTION)).map(|n| noop(format!("fill-{n}")));
                client.insert_many(jobs).await?;
            }
            json!({ "done": "fill" })
        }
        Order::One { key, act } => {
            let asked = now_ms();
            client.insert(Probe { act, key }).await?;
            json!({ "asked": asked, "committed": now_ms() })
        }
    })
}

/// So many clients at once, each inserting one job after the other; times in milliseconds.
async fn single(client: &Client, clients: usize, each: usize) -> Outcome<Value> {
    // The connections are open and the code is warm before the time counts.
    for n in 0..clients * 25 {
        client.insert(noop(format!("warm-{n}"))).await?;
    }
    let mut tasks = tokio::task::JoinSet::new();
    let begin = Instant::now();
    for number in 0..clients {
        let client = client.clone();
        tasks.spawn(async move {
            let mut times = Vec::with_capacity(each);
            for n in 0..each {
                let started = Instant::now();
                client.insert(noop(format!("{number}-{n}"))).await?;
                times.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    Ok(json!({ "seconds": begin.elapsed().as_secs_f64(), "times": times }))
}

fn noop(key: String) -> Probe {
    Probe { act: "noop".to_owned(), key }
}
