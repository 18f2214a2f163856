//! What the session's own token says of itself. Nothing else reads tokens: to everything but a connection check they are opaque.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::failure::Failure;
use model::ids::EntraTenantId;
use model::json::Json;

use super::session::GraphSession;

/// Claims of an app-only token (Microsoft, "Access token claims reference").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenClaims {
    /// Application permissions that were granted when it was issued (`roles`), sorted; absent and empty are the same.
    pub roles: Vec<String>,
    /// The tenant that it opens (`tid`).
    pub tenant: Option<EntraTenantId>,
}

impl GraphSession {
    /// What the token says; `None` where it is none that can be read (Microsoft promises nothing of its form).
    ///
    /// # Errors
    /// As [`GraphSession::check`].
    pub async fn claims(&self) -> Result<Option<TokenClaims>, Failure> {
        let token = self.token().await?;
        Ok(token.header.to_str().ok().and_then(read))
    }
}

fn read(header: &str) -> Option<TokenClaims> {
    let payload = header.strip_prefix("Bearer ")?.split('.').nth(1)?;
    let claims = Json::parse(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    claims.as_object()?;
    let roles = claims.get("roles").and_then(Json::as_array).unwrap_or_default();
    let mut roles: Vec<String> = roles.iter().filter_map(Json::as_str).filter(|role| is_name(role)).map(str::to_owned).collect();
    roles.sort_unstable();
    roles.dedup();
    Some(TokenClaims { roles, tenant: claims.get("tid").and_then(Json::as_str).and_then(|id| id.parse().ok()) })
}

/// The form of a permission's name: nothing else is let out of a token.
fn is_name(text: &str) -> bool {
    (1..=120).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_tenant_are_read_and_nothing_else_comes_out() {
        let header = |payload: &str| format!("Bearer e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let tenant = "8e75af29-5176-4372-a718-724b8a4620dc";
        let claims =
            read(&header(&format!(r#"{{"tid":"{tenant}","roles":["B.Read","A.Read","A.Read","<script>",7]}}"#))).unwrap();
        assert_eq!(claims.roles, ["A.Read", "B.Read"]);
        assert_eq!(claims.tenant.unwrap().to_string(), tenant);
        assert_eq!(read(&header("{}")), Some(TokenClaims::default()));
        for odd in ["Bearer abc", "Bearer a.b.c", "Basic e30.e30.e30", "", &header("[]"), &header("not json")] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
