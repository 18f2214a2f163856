use std::sync::LazyLock;
use std::time::Duration;

use graph_sim::{
    AppRegistration, Consent, FederatedCredential, Request, Response, SelfSigned, Settings, TenantState, TokenRefusal,
};
use model::json::Json;

use crate::world::{World, body, now};

const DAY: Duration = Duration::from_secs(24 * 3600);

static KEY: LazyLock<SelfSigned> = LazyLock::new(|| made(30));
static STRANGER: LazyLock<SelfSigned> = LazyLock::new(|| made(30));

fn made(days: u32) -> SelfSigned {
    SelfSigned::new("TenantAtlas", now().minus(DAY), now().plus(DAY * days)).unwrap()
}

fn world(app: AppRegistration) -> World {
    let world = World::with(TenantState::new(), Settings::default());
    world.sim.change_apps(world.tenant, |apps| *apps = vec![app]).unwrap();
    world
}

fn with_certificate() -> World {
    world(AppRegistration::new("app-1", "").with_certificate(KEY.registered().unwrap()))
}

fn endpoint(world: &World) -> String {
    format!("http://graph.simulated/{}/oauth2/v2.0/token", world.tenant)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn show(world: &World, jwt: &str) -> Response {
    let form = format!(
        "client_id=app-1&client_assertion_type={}&client_assertion={jwt}&grant_type=client_credentials&scope={}",
        encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        encoded("https://graph.microsoft.com/.default")
    );
    let mut request = Request::new("POST", &format!("/{}/oauth2/v2.0/token", world.tenant));
    request.body = form.into_bytes();
    world.sim.call(&request)
}

fn header(key: &SelfSigned, older: bool) -> Json {
    let known = key.registered().unwrap();
    let (alg, name, value) =
        if older { ("RS256", "x5t", known.thumbprint_sha1) } else { ("PS256", "x5t#S256", known.thumbprint_sha256) };
    Json::from([("alg", Json::text(alg)), ("typ", Json::text("JWT")), (name, Json::text(value))])
}

fn claims(world: &World, changes: &[(&str, Json)]) -> Json {
    let seconds = world.sim.read_state(world.tenant, |_| now().seconds()).unwrap();
    let mut claims = Json::from([
        ("aud", Json::text(endpoint(world))),
        ("iss", Json::text("app-1")),
        ("sub", Json::text("app-1")),
        ("jti", Json::text("first")),
        ("nbf", Json::int(seconds)),
        ("iat", Json::int(seconds)),
        ("exp", Json::int(seconds + 300)),
    ]);
    changes.iter().for_each(|(name, value)| claims.set(name, value.clone()));
    claims
}

fn number(answer: &Response) -> i64 {
    body(answer).get("error_codes").map_or(0, |codes| codes.as_array().unwrap()[0].as_i64().unwrap())
}

#[test]
fn a_certificate_opens_the_door_in_both_forms() {
    let world = with_certificate();
    for older in [false, true] {
        let jwt = KEY.jwt(&header(&KEY, older), &claims(&world, &[("jti", Json::text(format!("{older}")))])).unwrap();
        let answer = show(&world, &jwt);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let token = body(&answer).get("access_token").unwrap().as_str().unwrap().to_owned();
        assert_eq!(world.sim.call(&Request::get("/v1.0/groups").bearer(&token)).status, 200);
    }
}

#[test]
fn an_assertion_is_taken_once() {
    let world = with_certificate();
    let jwt = KEY.jwt(&header(&KEY, false), &claims(&world, &[])).unwrap();
    assert_eq!(show(&world, &jwt).status, 200);
    let again = show(&world, &jwt);
    assert_eq!((again.status, number(&again)), (401, 700_027));
}

#[test]
fn a_wrong_assertion_is_refused_with_its_own_number() {
    let world = with_certificate();
    let seconds = now().seconds();
    for (what, changes, expected) in [
        ("another audience", vec![("aud", Json::text("https://elsewhere.example/token"))], 700_023),
        ("another subject", vec![("sub", Json::text("app-2"))], 700_021),
        ("another issuer", vec![("iss", Json::text("app-2"))], 70_021),
        ("ended", vec![("exp", Json::int(seconds))], 700_024),
        ("not begun", vec![("nbf", Json::int(seconds + 301))], 700_024),
        ("without an end", vec![("exp", Json::Null)], 700_024),
        ("without a name", vec![("jti", Json::text(""))], 700_027),
    ] {
        let answer = show(&world, &KEY.jwt(&header(&KEY, false), &claims(&world, &changes)).unwrap());
        assert_eq!((answer.status, number(&answer)), (401, expected), "{what}: {}", answer.text());
        assert!(answer.text().contains(&format!("AADSTS{expected}")), "{what}");
    }
    assert_eq!(number(&show(&world, "no.jwt")), 50_027);
    let unknown = STRANGER.jwt(&header(&STRANGER, false), &claims(&world, &[])).unwrap();
    assert_eq!(number(&show(&world, &unknown)), 700_027, "not registered");
    let forged = STRANGER.jwt(&header(&KEY, false), &claims(&world, &[])).unwrap();
    assert_eq!(number(&show(&world, &forged)), 700_027, "signed by another key");
    let unsigned =
        Json::from([("alg", Json::text("none")), ("x5t#S256", Json::text(KEY.registered().unwrap().thumbprint_sha256))]);
    assert_eq!(number(&show(&world, &KEY.jwt(&unsigned, &claims(&world, &[])).unwrap())), 700_027);
    assert_eq!(
        show(&world, &KEY.jwt(&header(&KEY, false), &claims(&world, &[])).unwrap()).status,
        200,
        "none of them used it up"
    );
}

#[test]
fn a_certificate_ends_when_its_time_is_over() {
    let world = with_certificate();
    world.pass(31 * 24 * 3600);
    let later = now().seconds() + 31 * 24 * 3600;
    let jwt = KEY.jwt(&header(&KEY, false), &claims(&world, &[("exp", Json::int(later + 300))])).unwrap();
    let answer = show(&world, &jwt);
    assert_eq!(number(&answer), 700_027);
    assert!(answer.text().contains("expired"));
}

#[test]
fn another_issuer_vouches_for_the_app() {
    let credential = FederatedCredential::new("https://issuer.example", "system:workload", STRANGER.public_key().unwrap());
    let world = world(AppRegistration::new("app-1", "").with_federated(credential));
    let claims = |changes: &[(&str, Json)]| {
        let given = [
            ("iss", Json::text("https://issuer.example")),
            ("sub", Json::text("system:workload")),
            ("aud", Json::text("api://AzureADTokenExchange")),
        ];
        claims(&world, &[&given, changes].concat())
    };
    let header = Json::from([("alg", Json::text("RS256")), ("kid", Json::text("k1"))]);
    let good = STRANGER.jwt(&header, &claims(&[])).unwrap();
    assert_eq!((show(&world, &good).status, show(&world, &good).status), (200, 200), "until it ends");
    let other = STRANGER.jwt(&header, &claims(&[("sub", Json::text("system:other"))])).unwrap();
    assert_eq!(number(&show(&world, &other)), 70_021);
    assert_eq!(number(&show(&world, &KEY.jwt(&header, &claims(&[])).unwrap())), 700_027);
    world.pass(301);
    assert_eq!(number(&show(&world, &good)), 700_024);
}

#[test]
fn a_secret_may_come_in_the_header_and_two_are_good_during_a_rotation() {
    let mut app = AppRegistration::new("app-1", "old one");
    app.more_secrets.push("new:one".to_owned());
    let world = world(app);
    let ask = |basic: &str| {
        let mut request = Request::new("POST", &format!("/{}/oauth2/v2.0/token", world.tenant)).header("Authorization", basic);
        request.body = b"grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default".to_vec();
        world.sim.call(&request)
    };
    // app-1:new%3Aone
    assert_eq!(ask("Basic YXBwLTE6bmV3JTNBb25l").status, 200);
    assert_eq!(number(&ask("Basic YXBwLTE6d3Jvbmc=")), 7_000_215);
    assert_eq!(world.ask_token("app-1", "old%20one").status, 200);
    world.sim.change_apps(world.tenant, |apps| apps[0].secret_expired = true).unwrap();
    assert_eq!(number(&world.ask_token("app-1", "old%20one")), 7_000_222);
    assert_eq!(world.ask_token("app-1", "new%3Aone").status, 200);
}

#[test]
fn an_app_without_a_secret_takes_none() {
    let world = with_certificate();
    assert_eq!(number(&world.ask_token("app-1", "")), 7_000_215);
}

#[test]
fn good_credentials_are_refused_for_other_reasons() {
    let world = world(AppRegistration::new("app-1", "secret-1"));
    for (refusal, expected) in
        [(TokenRefusal::NoConsent, 65001), (TokenRefusal::ConditionalAccess, 53003), (TokenRefusal::RequestLoop, 50196)]
    {
        world.sim.change_apps(world.tenant, |apps| apps[0].refusal = Some(refusal)).unwrap();
        let answer = world.ask_token("app-1", "secret-1");
        assert_eq!((answer.status, number(&answer)), (400, expected));
    }
}

#[test]
fn an_administrator_consents_and_the_next_token_has_the_permissions() {
    let mut app = AppRegistration::new("app-1", "secret-1").awaiting_consent();
    app.refusal = Some(TokenRefusal::NoConsent);
    let world = world(app);
    assert_eq!(world.ask_token("app-1", "secret-1").status, 400);
    let path = |client: &str| {
        format!("/{}/adminconsent?client_id={client}&redirect_uri=https%3A%2F%2Fatlas.example%2Fdone&state=s%2F1", world.tenant)
    };
    world.sim.change_settings(|settings| settings.consent = Consent::Denied);
    let denied = world.sim.call(&Request::get(&path("app-1")));
    assert_eq!(denied.status, 302);
    assert!(denied.header_value("Location").unwrap().starts_with("https://atlas.example/done?error=permission_denied&"));
    world.sim.change_settings(|settings| settings.consent = Consent::Granted);
    let granted = world.sim.call(&Request::get(&path("app-1")));
    let expected = format!("https://atlas.example/done?tenant={}&admin_consent=True&state=s%2F1", world.tenant);
    assert_eq!(granted.header_value("Location"), Some(expected.as_str()));
    assert_eq!(world.get("/v1.0/groups").status, 200);
    assert_eq!(number(&world.sim.call(&Request::get(&path("app-9")))), 700_016);
}
