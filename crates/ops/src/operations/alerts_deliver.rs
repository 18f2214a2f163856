//! Alert delivery: reads its message, writes it in the form of its destination, sends it, and records at once that it was taken.

mod attached;

use model::alert::{Attachment, Letter, Message, letter, slack, teams, webhook};
use model::failure::{Code, Failure};
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
    send(context, &dispatch.target, &message, files).await?;
    context.counts.add(CountKey::Items, i64::try_from(message.count()).unwrap_or(i64::MAX));
    if matches!(arguments, Arguments::Message { .. }) {
        context.store.alerts().sent(&context.scope, arguments.message()).await?;
    }
    context.report_now(None).await
}

async fn message(context: &Context, arguments: &Arguments, dispatch: &Dispatch) -> Result<Message, Halt> {
    let now = context.store.now().await?;
    let base = context.public_url.as_deref();
    let message = Message::of(arguments.message(), &dispatch.workspace, &dispatch.rule, &dispatch.deliveries, now, base);
    Ok(match arguments {
        Arguments::Test { .. } => message.as_test(),
        Arguments::Message { .. } => message,
    })
}

async fn send(context: &Context, target: &OpenTarget, message: &Message, files: Vec<Attachment>) -> Result<(), Failure> {
    let courier = &context.courier;
    match target {
        OpenTarget::Webhook { address, key } => {
            let body = webhook(message);
            let signed = sign(key, &message.id.to_string(), message.at, &body)?;
            courier.webhook(address, &signed, body).await
        }
        OpenTarget::Teams(address) => courier.message(address, teams(message)).await,
        OpenTarget::Slack(address) => courier.message(address, slack(message)).await,
        OpenTarget::Email { mail, password } => {
            let (letter, id) = (Letter { files, ..letter(message) }, message.id.to_string());
            courier.mail(&MailTo { mail, password, letter: &letter, id: &id }).await
        }
    }
}
