//! Signing by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::failure::{Code, Failure};
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};

/// How a key begins.
const PREFIX: &str = "whsec_";

/// What goes with a body that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    id: String,
    timestamp: String,
    signature: String,
}

impl Signed {
    /// The headers of the request.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [("webhook-id", &self.id), ("webhook-timestamp", &self.timestamp), ("webhook-signature", &self.signature)]
    }
}

/// Signs a body. The id is that of the message: the other side can tell by it what it has had already.
///
/// # Errors
/// When the key is none.
pub fn sign(key: &SecretString, id: &str, at: Moment, body: &str) -> Result<Signed, Failure> {
    let encoded = key.expose_secret().strip_prefix(PREFIX).unwrap_or_default();
    let raw = STANDARD.decode(encoded).map_err(|_| Failure::new(Code::Internal))?;
    if raw.is_empty() {
        return Err(Failure::new(Code::Internal));
    }
    let (id, timestamp) = (format!("msg_{id}"), at.seconds().to_string());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &raw), format!("{id}.{timestamp}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(tag.as_ref()));
    Ok(Signed { id, timestamp, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standards_example() {
        // Key, id, time, body and signature as the libraries of the scheme test themselves.
        let key = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = Moment::from_micros(1_614_265_330_000_000);
        let signed = sign(&key, "p5jXN8AQM9LWM0D4loKWxJek", at, "{\"test\": 2432232314}").unwrap();
        assert_eq!(
            signed.headers(),
            [
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ]
        );
    }

    #[test]
    fn an_empty_key_signs_nothing() {
        assert!(sign(&SecretString::from("whsec_"), "a", Moment::from_micros(0), "").is_err());
    }
}
