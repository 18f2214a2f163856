//! Reports that come along with a mail about them.

use model::alert::{Attachment, RuleKind};
use model::ids::ReportId;
use model::report::{Report, ReportFormat, markdown};
use store::access::WorkspaceScope;
use store::{Dispatch, StoreError};

use crate::context::Context;
use crate::halt::Halt;

/// Reports that one mail brings.
const MOST: usize = 5;
/// Bytes of all of them together; one that is larger is only linked. Mail servers take 10 MB and more, written a third longer.
const MOST_BYTES: usize = 5 << 20;
/// What is kept of a report is longer than its Markdown, so one of so many bytes is not even read.
const MOST_KEPT: usize = 8 * MOST_BYTES;

/// The reports of these deliveries as files, as far as they are still there and small enough.
pub(super) async fn reports(context: &Context, dispatch: &Dispatch) -> Result<Vec<Attachment>, Halt> {
    let Some(scope) = context.scope.looking_everywhere() else { return Ok(Vec::new()) };
    let made = dispatch.deliveries.iter().filter(|delivery| delivery.kind == RuleKind::ReportMade);
    let (mut files, mut left) = (Vec::new(), MOST_BYTES);
    for id in made.filter_map(|delivery| delivery.facts.id).take(MOST) {
        let report = match context.store.reports().find(&scope, ReportId::from_uuid(id)).await {
            Ok(report) => report,
            // Removed meanwhile, with its tenant or because its time is over.
            Err(StoreError::NotVisible) => continue,
            Err(error) => return Err(error.into()),
        };
        if usize::try_from(report.bytes).is_ok_and(|bytes| bytes > MOST_KEPT) {
            continue;
        }
        let Some(text) = text(context, &scope, &report, left).await? else { continue };
        left -= text.len();
        let (kind, tenant) = (report.head.kind, report.tenant_id);
        context.store.reports().exported(&scope, kind, ReportFormat::Markdown, tenant, Some(report.id)).await?;
        let name = format!("{}.{}", report.head.file_name(), ReportFormat::Markdown.ending());
        files.push(Attachment { name, media_type: "text/markdown; charset=utf-8", text });
    }
    Ok(files)
}

/// The report as Markdown; `None` when it is longer than that, in bytes.
async fn text(context: &Context, scope: &WorkspaceScope, report: &Report, most: usize) -> Result<Option<String>, Halt> {
    let mut text = markdown::head(&report.head);
    for number in 0..report.parts {
        let blocks = context.store.reports().part(scope, report, number).await?;
        blocks.iter().for_each(|block| text.push_str(&markdown::block(block)));
        if text.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(text))
}
