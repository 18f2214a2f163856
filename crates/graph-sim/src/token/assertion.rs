//! Client assertions: JWTs that an app signs with its certificate, or that another issuer signed for it.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::json::Json;
use model::time::Moment;

use super::error::TokenError;
use crate::identity::AppRegistration;

/// By how many seconds the clocks may differ.
const SKEW: i64 = 300;

/// Whom federated tokens are for when the credential does not say otherwise.
pub(crate) const EXCHANGE: &str = "api://AzureADTokenExchange";

/// What is expected of an assertion.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) app: &'a AppRegistration,
    /// Every way to write the token endpoint.
    pub(super) endpoints: &'a [String],
    pub(super) now: Moment,
}

/// A verified assertion's own name and end: it is taken once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Once {
    pub(super) id: String,
    pub(super) until: Moment,
}

struct Jwt<'a> {
    header: Json,
    claims: Json,
    signed: &'a str,
    signature: Vec<u8>,
}

fn read(text: &str) -> Option<Jwt<'_>> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let json = |part: &str| Json::parse(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    Some(Jwt { header: json(header)?, claims: json(claims)?, signed, signature: URL_SAFE_NO_PAD.decode(signature).ok()? })
}

impl Jwt<'_> {
    fn claim(&self, name: &str) -> &str {
        self.claims.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    fn is_signed_by(&self, key: &[u8]) -> bool {
        let how: &'static RsaParameters = match self.header.get("alg").and_then(Json::as_str) {
            Some("PS256") => &RSA_PSS_2048_8192_SHA256,
            Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
            _ => return false,
        };
        UnparsedPublicKey::new(how, key).verify(self.signed.as_bytes(), &self.signature).is_ok()
    }

    /// Its end, if it is within its time.
    fn within_time(&self, now: Moment) -> Result<Moment, TokenError> {
        let seconds = |name: &str| self.claims.get(name).and_then(Json::as_i64);
        match (seconds("exp"), seconds("nbf")) {
            (Some(end), start) if end > now.seconds() && start.unwrap_or(0) <= now.seconds() + SKEW => {
                Ok(Moment::from_micros(end.saturating_mul(1_000_000)))
            }
            _ => Err(TokenError::client(700_024, "Client assertion is not within its valid time range.")),
        }
    }

    fn once(&self, now: Moment) -> Result<Once, TokenError> {
        let until = self.within_time(now)?;
        let id = format!("{}/{}", self.claim("iss"), self.claim("jti"));
        Ok(Once { id, until })
    }
}

/// Whether the assertion proves the app; what makes it unusable for a second time.
pub(super) fn verify(text: &str, expected: &Expected<'_>) -> Result<Once, TokenError> {
    let jwt = read(text).ok_or(TokenError::client(50_027, "JWT token is invalid or malformed."))?;
    if jwt.claim("iss").eq_ignore_ascii_case(&expected.app.client_id) {
        by_certificate(&jwt, expected)
    } else {
        by_federation(&jwt, expected)
    }
}

fn by_certificate(jwt: &Jwt<'_>, expected: &Expected<'_>) -> Result<Once, TokenError> {
    if !jwt.claim("sub").eq_ignore_ascii_case(&expected.app.client_id) {
        return Err(TokenError::client(700_021, "Client assertion application identifier doesn't match 'client_id' parameter."));
    }
    let thumbprint = |name: &str| jwt.header.get(name).and_then(Json::as_str);
    let (new, old) = (thumbprint("x5t#S256"), thumbprint("x5t"));
    let certificate = expected.app.certificates.iter().find(|certificate| {
        new == Some(certificate.thumbprint_sha256.as_str()) || old == Some(certificate.thumbprint_sha1.as_str())
    });
    let failed = |words| TokenError::client(700_027, words);
    let certificate = certificate.ok_or(failed(
        "Client assertion failed signature validation. [Reason - The key was not found.] The certificate is not registered on the application.",
    ))?;
    if !jwt.is_signed_by(&certificate.public_key) {
        return Err(failed(
            "Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature failed.]",
        ));
    }
    if certificate.not_after <= expected.now {
        return Err(failed(
            "Client assertion failed signature validation. [Reason - The key used is expired.] The certificate used to sign the client assertion is expired.",
        ));
    }
    if certificate.not_before > expected.now {
        return Err(failed("Client assertion failed signature validation. [Reason - The key used is not valid yet.]"));
    }
    if !expected.endpoints.iter().any(|endpoint| endpoint.eq_ignore_ascii_case(jwt.claim("aud"))) {
        return Err(TokenError::client(700_023, "Client assertion audience claim does not match Realm issuer."));
    }
    if jwt.claim("jti").is_empty() {
        return Err(failed("Client assertion failed signature validation. [Reason - The claim jti is missing.]"));
    }
    jwt.once(expected.now)
}

fn by_federation(jwt: &Jwt<'_>, expected: &Expected<'_>) -> Result<Once, TokenError> {
    let credentials = &expected.app.federated;
    let audience = jwt.claim("aud");
    let found = credentials
        .iter()
        .find(|known| known.issuer == jwt.claim("iss") && known.subject == jwt.claim("sub") && known.audience == audience);
    let found = found.ok_or(TokenError::client(
        70_021,
        "No matching federated identity record found for presented assertion issuer, subject and audience.",
    ))?;
    if !jwt.is_signed_by(&found.public_key) {
        return Err(TokenError::client(
            700_027,
            "Client assertion failed signature validation. The signature does not fit the keys of the issuer.",
        ));
    }
    let until = jwt.within_time(expected.now)?;
    // Tokens of other issuers are used again until they end: a workload is given a new one now and then.
    Ok(Once { id: String::new(), until })
}
