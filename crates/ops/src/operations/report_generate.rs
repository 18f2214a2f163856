//! Report: the document is read piece by piece and kept in parts of bounded size.

use model::failure::{Code, Failure, FailureLine};
use model::operations::report_generate::Arguments;
use model::report::{Block, Period};
use model::run::CountKey;

use crate::context::Context;
use crate::halt::Halt;

/// A part is written once its blocks are about that long, in bytes. A single object may make it longer.
const PART: usize = 256 << 10;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let wish = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    let (store, scope) = (context.store.clone(), context.scope.clone());
    let reports = store.reports();
    let period = wish.kind().has_period().then_some(Period::before(store.now().await?, wish.days()));
    let mut writing = reports.write_for_run(&scope, wish.kind(), period).await?;
    let id = reports.begin(&scope, writing.head(), wish.keep_days()).await?;
    context.phase("Writing the report.".to_owned());
    let (mut bytes, mut parts, mut size) = (0, 0, 0);
    let mut waiting: Vec<Block> = Vec::new();
    while let Some(blocks) = writing.next().await? {
        size += blocks.iter().map(Block::size).sum::<usize>();
        waiting.extend(blocks);
        if size >= PART {
            context.checkpoint()?;
            bytes += reports.put(&scope, id, parts, &waiting).await?;
            (parts, size) = (parts + 1, 0);
            waiting.clear();
            context.counts.set(CountKey::Items, i64::try_from(writing.told()).unwrap_or(i64::MAX));
            context.report().await?;
        }
    }
    if !waiting.is_empty() {
        bytes += reports.put(&scope, id, parts, &waiting).await?;
        parts += 1;
    }
    reports.complete(&scope, id, bytes, parts).await?;
    context.counts.set(CountKey::Items, i64::try_from(writing.told()).unwrap_or(i64::MAX));
    context.counts.set(CountKey::Bytes, bytes);
    if writing.is_cut() {
        // It is there and can be read; that it does not tell everything is not only in it.
        let told = i64::try_from(writing.told()).unwrap_or(i64::MAX).max(1);
        context.counts.set(CountKey::Processed, told);
        context.counts.set(CountKey::Succeeded, told);
        context.failures.push(FailureLine::of(&Failure::new(Code::ReportCut), None));
    }
    context.report_now(None).await
}
