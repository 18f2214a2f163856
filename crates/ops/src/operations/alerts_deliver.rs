//! Alert delivery: reads its message, writes it in the form of its destination, sends it, and records at once that it was taken.

mod attached;

use model::alert::{Attachment, DestinationKind, Letter, Message, letter, slack, teams, webhook};
use model::failure::{Code, Failure, FailureLine};
use model::metric::ALERT_MESSAGES;
use model::operations::alerts_deliver::Arguments;
use model::run::CountKey;
use outbound::alert::{MailTo, sign};
use store::{Dispatch, OpenTarget};

use crate::context::Context;
use crate::halt::Halt;

pub(crate) async fn run(context: &mut Context) -> Result<(), Halt> {
    let arguments = Arguments::stored(&context.run.context).ok_or(Failure::new(Code::RunContextMissing))?;
    context.phase("Sending.".to_owned());
    context.report_now(None).await?;
    let Some(dispatch) = context.store.alerts().for_run(&context.scope, &arguments).await? else {
        context.now_doing("It was sent already.".to_owned());
        return Ok(());
    };
    let message = message(context, &arguments, &dispatch).await?;
    let files = match &dispatch.target {
        OpenTarget::Email { .. } => attached::reports(context, &dispatch).await?,
        _ => Vec::new(),
    };
    // From here to the record nothing may end the attempt by itself: what was sent is to be known as sent.
    let refused = send(context, &dispatch.target, &message, files).await?;
    if refused > 0 {
        // It arrived: it is not sent again. That it did not reach everybody is in the run and in the log.
        context.failures.push(FailureLine::of(&Failure::new(Code::AlertMailRefused), None));
        let (failed, all) =
            (i64::try_from(refused).unwrap_or(i64::MAX), i64::try_from(recipients(&dispatch.target)).unwrap_or(i64::MAX));
        for (key, count) in [(CountKey::Failed, failed), (CountKey::Succeeded, all - failed), (CountKey::Processed, all)] {
            context.counts.set(key, count);
        }
    }
    context.counts.add(CountKey::Items, i64::try_from(message.count()).unwrap_or(i64::MAX));
    if matches!(arguments, Arguments::Message { .. }) {
        context.store.alerts().sent(&context.scope, arguments.message()).await?;
    }
    context.report_now(None).await
}

async fn message(context: &Context, arguments: &Arguments, dispatch: &Dispatch) -> Result<Message, Halt> {
    let now = context.store.now().await?;
    let base = context.public_url.as_deref();
    let message = Message::of(arguments.message(), &dispatch.workspace, &dispatch.rule, &dispatch.deliveries, now, base)
        .with_count(dispatch.count);
    Ok(match arguments {
        Arguments::Test { .. } => message.as_test(),
        Arguments::Message { .. } => message,
    })
}

/// Who is to get it.
fn recipients(target: &OpenTarget) -> usize {
    if let OpenTarget::Email { mail, .. } = target { mail.to.len() } else { 1 }
}

/// Sends it; how many of its recipients were refused.
async fn send(context: &Context, target: &OpenTarget, message: &Message, files: Vec<Attachment>) -> Result<usize, Failure> {
    let sent = hand(context, target, message, files).await;
    let result = match sent {
        Ok(0) => "taken",
        Ok(_) => "partly",
        Err(_) => "refused",
    };
    let kind = match target {
        OpenTarget::Webhook { .. } => DestinationKind::Webhook,
        OpenTarget::Email { .. } => DestinationKind::Email,
        OpenTarget::Teams(_) => DestinationKind::Teams,
        OpenTarget::Slack(_) => DestinationKind::Slack,
    };
    metrics::counter!(ALERT_MESSAGES.name, "kind" => kind.code(), "result" => result).increment(1);
    sent
}

async fn hand(context: &Context, target: &OpenTarget, message: &Message, files: Vec<Attachment>) -> Result<usize, Failure> {
    let courier = &context.courier;
    match target {
        OpenTarget::Webhook { address, key } => {
            let body = webhook(message);
            let signed = sign(key, &message.id.to_string(), message.at, &body)?;
            courier.webhook(address, &signed, body).await.map(|()| 0)
        }
        OpenTarget::Teams(address) => courier.message(address, teams(message)).await.map(|()| 0),
        OpenTarget::Slack(address) => courier.message(address, slack(message)).await.map(|()| 0),
        OpenTarget::Email { mail, password } => {
            let (letter, id) = (Letter { files, ..letter(message) }, message.id.to_string());
            courier.mail(&MailTo { mail, password, letter: &letter, id: &id }).await.map(|mailed| mailed.refused)
        }
    }
}
