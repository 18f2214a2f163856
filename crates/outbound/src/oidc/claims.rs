//! Who it is, from claims that were checked.

use model::json::Json;
use model::sign_in::{Identity, Problem};
use model::user::normal_email;

/// Groups that are read; Entra ID puts at most 200 into a token.
const MOST_GROUPS: usize = 1000;

/// Claims of the token, and those that the provider tells only when asked for the person.
#[derive(Debug)]
pub(super) struct Claims<'a> {
    pub(super) token: &'a Json,
    pub(super) told: Option<&'a Json>,
    /// Which claim holds the groups.
    pub(super) groups: &'a str,
}

impl Claims<'_> {
    fn get(&self, name: &str) -> Option<&Json> {
        self.token.get(name).or_else(|| self.told.and_then(|told| told.get(name)))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::as_str)
    }

    /// Whether asking the provider for the person would add something that is wanted.
    pub(super) fn lacks(&self) -> bool {
        self.get("email").is_none() || self.get(self.groups).is_none() || self.get("name").is_none()
    }

    /// The person.
    ///
    /// `asks_groups` says whether anything depends on groups: then it is an error when the provider did not tell all of them.
    pub(super) fn identity(&self, issuer: &str, asks_groups: bool) -> Result<Identity, Problem> {
        if asks_groups && self.overage() {
            return Err(Problem::Groups);
        }
        // Entra ID tells an address as `email` only where the directory has one; the sign-in name has the same shape, but nobody
        // verified it as an address.
        let verified = matches!(self.get("email_verified"), Some(Json::Bool(true)));
        let email = self.text("email").and_then(|text| normal_email(text).ok());
        let (email, email_verified) = match email {
            Some(email) => (Some(email), verified),
            None => (self.text("preferred_username").and_then(|text| normal_email(text).ok()), false),
        };
        Ok(Identity {
            issuer: issuer.to_owned(),
            subject: self.token.get("sub").and_then(Json::as_str).ok_or(Problem::Malformed)?.to_owned(),
            email,
            email_verified,
            name: self.text("name").unwrap_or_default().to_owned(),
            groups: self.groups(),
        })
    }

    fn groups(&self) -> Vec<String> {
        match self.get(self.groups) {
            Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).take(MOST_GROUPS).map(str::to_owned).collect(),
            Some(Json::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    }

    /// The provider says that there are more groups than it tells (Microsoft, "groups overage claim").
    fn overage(&self) -> bool {
        let elsewhere = self.get("_claim_names").is_some_and(|names| names.get(self.groups).is_some());
        let many = matches!(self.get(self.groups), Some(Json::Array(all)) if all.len() > MOST_GROUPS);
        let some = matches!(self.get("hasgroups"), Some(Json::Bool(true))) && self.get(self.groups).is_none();
        elsewhere || many || some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(token: &str, told: &str) -> Result<Identity, Problem> {
        let (token, told) = (Json::parse(token.as_bytes()).unwrap(), Json::parse(told.as_bytes()).unwrap());
        Claims { token: &token, told: Some(&told), groups: "groups" }.identity("https://id.example", true)
    }

    #[test]
    fn the_token_counts_before_what_is_told_on_request() {
        let who = of(
            r#"{"sub":"1","email":"Ada@Example.TEST","email_verified":true,"groups":["a","b",7]}"#,
            r#"{"sub":"1","email":"mallory@example.test","name":"Ada","groups":["owners"]}"#,
        );
        let who = who.unwrap();
        assert_eq!((who.email.as_deref(), who.email_verified, who.name.as_str()), (Some("ada@example.test"), true, "Ada"));
        assert_eq!(who.groups, ["a", "b"]);
    }

    #[test]
    fn a_sign_in_name_is_an_address_that_nobody_verified() {
        let who = of(r#"{"sub":"1","preferred_username":"ada@example.test","email_verified":true}"#, "{}").unwrap();
        assert_eq!((who.email.as_deref(), who.email_verified), (Some("ada@example.test"), false));
        assert_eq!(of(r#"{"sub":"1","preferred_username":"ada"}"#, "{}").unwrap().email, None);
        let who = of(r#"{"sub":"1","email":"a@b.test","email_verified":"true"}"#, "{}").unwrap();
        assert!(!who.email_verified, "a word is no truth");
    }

    #[test]
    fn too_many_groups_are_an_error_where_groups_matter() {
        let overage = r#"{"sub":"1","_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://x"}}}"#;
        assert_eq!(of(overage, "{}"), Err(Problem::Groups));
        assert_eq!(of(r#"{"sub":"1","hasgroups":true}"#, "{}"), Err(Problem::Groups));
        let token = Json::parse(overage.as_bytes()).unwrap();
        let claims = Claims { token: &token, told: None, groups: "groups" };
        assert!(claims.identity("i", false).is_ok());
    }
}
