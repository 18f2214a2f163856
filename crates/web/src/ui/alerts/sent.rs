//! What the forms of alerts send.

use model::alert::{
    DestinationKind, LONGEST_SECRET, Mail, MailSecurity, NewRule, NoDestination, QuietHours, Reach, RuleKind, signing_key,
    web_address,
};
use model::finding::Severity;
use pages::alerts::{DestinationInput, RuleInput};
use secrecy::{ExposeSecret as _, SecretString};
use store::Target;

use crate::auth::Payload;
use crate::error::sentence;
use crate::fields::Fields;

/// A rule, as its form sends it.
#[derive(Debug)]
pub(crate) struct SentRule {
    pub(super) input: RuleInput,
    pub(super) revision: i64,
    /// Something that was no choice of the form.
    strange: bool,
}

fn short(fields: &Fields, name: &str) -> String {
    fields.one(name).unwrap_or_default().trim().chars().take(300).collect()
}

fn reach(text: &str) -> Option<Reach> {
    match text.split_once(':') {
        None if text == "all" => Some(Reach::All),
        None if text == "removed" => Some(Reach::Gone),
        Some(("tenant", id)) => id.parse().ok().map(Reach::Tenant),
        Some(("group", id)) => id.parse().ok().map(Reach::Group),
        _ => None,
    }
}

impl Payload for SentRule {
    fn read(fields: &Fields) -> Self {
        let number = |name: &str| fields.one(name).and_then(|text| text.trim().parse().ok());
        let kind = RuleKind::from_code(fields.one("kind").unwrap_or_default());
        // The form of a kind that has no tenants does not ask for them.
        let reach = match fields.one("reach") {
            None if !kind.is_of_tenants() => Some(Reach::All),
            sent => reach(sent.unwrap_or_default()),
        };
        let numbers = (number("amount"), number("cooldown"), number("digest"));
        let written =
            ["amount", "cooldown", "digest"].iter().filter(|name| fields.one(name).is_some_and(|text| !text.trim().is_empty()));
        let read = [numbers.0, numbers.1, numbers.2].into_iter().flatten().count();
        let input = RuleInput {
            name: short(fields, "name"),
            kind,
            severity: Severity::from_code(fields.one("severity").unwrap_or_default()),
            amount: numbers.0.unwrap_or(0),
            reach: reach.unwrap_or_default(),
            destination: fields.one("destination").and_then(|id| id.parse().ok()),
            quiet_from: short(fields, "quiet_from"),
            quiet_until: short(fields, "quiet_until"),
            zone: short(fields, "zone"),
            cooldown: numbers.1.unwrap_or(0),
            digest: numbers.2.unwrap_or(0),
            enabled: fields.one("enabled") == Some("yes"),
        };
        let revision = fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { input, revision, strange: reach.is_none() || written.count() != read }
    }
}

impl SentRule {
    /// The rule, or what is wrong with it in a sentence.
    pub(super) fn rule(&self) -> Result<NewRule, String> {
        let input = &self.input;
        if self.strange {
            return Err("The form cannot be understood.".to_owned());
        }
        let none = input.quiet_from.is_empty() && input.quiet_until.is_empty();
        let quiet = (!none).then(|| QuietHours::parse(&input.quiet_from, &input.quiet_until, &input.zone)).transpose();
        let rule = NewRule {
            name: input.name.clone(),
            kind: input.kind,
            severity: if input.kind.has_severity() { input.severity } else { Severity::Low },
            amount: input.amount,
            reach: input.reach,
            destination: input.destination.ok_or("Choose a destination.")?,
            quiet: quiet.map_err(|problem| sentence(&problem.to_string()))?,
            cooldown_minutes: input.cooldown,
            digest_minutes: input.digest,
            enabled: input.enabled,
        };
        rule.checked().map_err(|problem| sentence(&problem.to_string()))
    }
}

/// A destination, as its form sends it.
pub(crate) struct SentDestination {
    pub(super) kind: DestinationKind,
    pub(super) input: DestinationInput,
    pub(super) revision: i64,
    pub(super) address: SecretString,
    pub(super) key: SecretString,
    pub(super) password: SecretString,
}

impl std::fmt::Debug for SentDestination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentDestination").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Payload for SentDestination {
    fn read(fields: &Fields) -> Self {
        let secret = |name: &str| SecretString::from(fields.one(name).unwrap_or_default());
        let long = |name: &str| fields.one(name).unwrap_or_default().trim().chars().take(8_000).collect();
        let input = DestinationInput {
            name: short(fields, "name"),
            enabled: fields.one("enabled") == Some("yes"),
            host: short(fields, "host"),
            port: short(fields, "port"),
            security: MailSecurity::from_code(fields.one("security").unwrap_or_default()),
            user: long("user"),
            from: long("from"),
            to: long("to"),
        };
        let kind = DestinationKind::from_code(fields.one("kind").unwrap_or_default());
        let revision = fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0);
        let (address, key, password) = (secret("address"), secret("signing_key"), secret("password"));
        Self { kind, input, revision, address, key, password }
    }
}

impl SentDestination {
    /// Where to, and the key that was made for it; `None` for the target keeps what there is.
    pub(super) fn target(&self, is_new: bool) -> Result<(Option<Target>, Option<SecretString>), NoDestination> {
        let address = || web_address(self.address.expose_secret()).map(SecretString::from);
        let given = is_new || !self.address.expose_secret().trim().is_empty();
        let has_key = !self.key.expose_secret().trim().is_empty();
        let mut made = None;
        let target = match self.kind {
            DestinationKind::Email => Some(self.mail()?),
            DestinationKind::Unknown => return Err(NoDestination::Kind),
            _ if !(given || has_key && self.kind == DestinationKind::Webhook) => None,
            DestinationKind::Teams => Some(Target::Teams { address: address()? }),
            DestinationKind::Slack => Some(Target::Slack { address: address()? }),
            DestinationKind::Webhook => {
                let address = given.then(address).transpose()?;
                // Whoever changes the address alone goes on with the key that both sides know.
                let key = if has_key {
                    Some(SecretString::from(signing_key(self.key.expose_secret())?))
                } else if is_new {
                    made = Some(Target::new_key().map_err(|_| NoDestination::Key)?);
                    made.clone()
                } else {
                    None
                };
                Some(Target::Webhook { address, key })
            }
        };
        Ok((target, made))
    }

    /// What is wrong, with what else is to be done: a secret that was entered is in no page.
    pub(super) fn with_word_of_secrets(&self, problem: String) -> String {
        let entered: Vec<&str> = [(&self.address, "address"), (&self.key, "key for signing"), (&self.password, "password")]
            .into_iter()
            .filter(|(secret, _)| !secret.expose_secret().is_empty())
            .map(|(_, name)| name)
            .collect();
        if entered.is_empty() {
            return problem;
        }
        format!(
            "{problem} Nothing was saved, and what you entered as {} is not shown again: enter it once more.",
            entered.join(" and as ")
        )
    }

    fn mail(&self) -> Result<Target, NoDestination> {
        let input = &self.input;
        let to: Vec<String> =
            input.to.split([',', ';', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
        let mail = Mail::checked(&input.host, &input.port, input.security, &input.user, &input.from, &to)?;
        let password = self.password.expose_secret();
        let given = !password.is_empty();
        if password.chars().count() > LONGEST_SECRET || password.chars().any(char::is_control) {
            return Err(NoDestination::SignIn);
        }
        Ok(Target::Email { mail, password: given.then(|| self.password.clone()) })
    }
}

/// What confirms a removal: the name, in the field `typed`.
#[derive(Debug)]
pub(crate) struct Typed(pub(super) String);

impl Payload for Typed {
    fn read(fields: &Fields) -> Self {
        Self(short(fields, "typed"))
    }
}

#[cfg(test)]
mod tests {
    use model::ids::AlertDestinationId;

    use super::*;

    fn fields(query: &str) -> Fields {
        Fields::of_query(&format!("/?{query}").parse().unwrap()).unwrap()
    }

    #[test]
    fn a_rule_becomes_one_of_all_only_where_that_is_said() {
        let sent = |kind: &str, rest: &str| {
            let destination = AlertDestinationId::generate();
            let query = format!("kind={kind}&name=n&amount=5&cooldown=0&digest=0&destination={destination}&{rest}");
            SentRule::read(&fields(&query)).rule().map(|rule| rule.reach)
        };
        assert_eq!(sent("schedule_missed", "reach=all&enabled=yes"), Ok(Reach::All));
        assert_eq!(sent("no_worker", "enabled=yes"), Ok(Reach::All), "its form does not ask");
        for rest in ["enabled=yes", "reach=&enabled=yes", "reach=removed&enabled=yes", "reach=tenant:x&enabled=yes"] {
            assert!(sent("schedule_missed", rest).is_err(), "{rest}");
        }
        assert_eq!(sent("schedule_missed", "reach=removed"), Ok(Reach::Gone), "it can be switched off");
    }

    #[test]
    fn of_a_webhook_what_is_not_entered_stays() {
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let target = |rest: &str, is_new| {
            let (target, made) = SentDestination::read(&fields(&format!("kind=webhook&name=n&{rest}"))).target(is_new).unwrap();
            let given = target.map(|target| {
                let Target::Webhook { address, key } = target else { panic!("{target:?}") };
                (address.is_some(), key.is_some())
            });
            (given, made.is_some())
        };
        assert_eq!(target("address=https://a.example/", true), (Some((true, true)), true));
        assert_eq!(target("address=https://a.example/", false), (Some((true, false)), false));
        assert_eq!(target(&format!("signing_key={key}"), false), (Some((false, true)), false));
        assert_eq!(target("", false), (None, false));
    }

    #[test]
    fn who_entered_a_secret_beside_something_wrong_is_told_to_enter_it_again() {
        let words = |rest: &str| {
            let sent = SentDestination::read(&fields(&format!("kind=webhook&name=n&{rest}")));
            sent.with_word_of_secrets("Choose a name.".to_owned())
        };
        assert_eq!(words("address="), "Choose a name.");
        let told = words("address=https://a.example/s3cret&signing_key=whsec_s3cret");
        assert!(told.contains("as address and as key for signing is not shown again") && !told.contains("s3cret"), "{told}");
    }
}
