//! What an officer does at the command line: holds the audit trail against keys of his own keeping, moves rules through their
//! stages, and has events sent.

use mesh_api::{Client, Keys};
use mesh_policy::Sealer;

use crate::access::Ground;

const RULES: &str =
    "@id(\"no-marketing\") forbid (principal, action, resource) when { context.purposes.contains(\"marketing\") };";

fn told(ground: &Ground, arguments: &[&str]) -> String {
    let ran = ground.run(&[arguments, &["--as", "officer"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[tokio::test]
async fn an_officer_keeps_keys_rules_and_webhooks() {
    let ground = Ground::new();
    let write = |name: &str, text: &str| {
        let path = ground.data.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };

    let url = format!("http://127.0.0.1:{}", ground.mesh.base).parse().expect("a url");
    let keys = Client::new(url, None).expect("a client").keys().await.expect("keys");
    let file = |name, keys: &Keys| write(name, &serde_json::to_string(keys).expect("json"));
    let (own, none) = (file("own.jwks", &keys), write("none.jwks", "{\"issuer\": \"x\", \"keys\": []}"));
    let other = Sealer::new(&keys.issuer, &Sealer::generate_key().expect("a key")).expect("a sealer");
    let other = file("other.jwks", &Keys::of(&other.unsealer()));
    assert!(told(&ground, &["audit", "verify", "--key", &own]).contains("records are whole"));
    let verify = |key: &str| ground.run(&["audit", "verify", "--key", key, "--as", "officer"]).stderr;
    assert!(verify(&other).contains("FC-5054"));
    assert!(verify(&none).contains("FC-5055"));
    assert!(verify("/nowhere").contains("FC-5055"));

    let rules = write("marketing.cedar", RULES);
    assert!(told(&ground, &["policy", "list"]).contains("no rules but those that ship"));
    assert!(told(&ground, &["policy", "try", &rules]).contains("0 of "));
    assert_eq!(
        told(&ground, &["policy", "propose", &rules, "--note", "new"]),
        "the rules are version 1, at no stage yet\n"
    );
    let early = ground.run(&["policy", "stage", "1", "enforce", "--reason", "now", "--as", "officer"]);
    assert!(early.code != 0 && early.stderr.contains("FC-4071"), "{}", early.stderr);
    for stage in ["warn", "enforce"] {
        let expected = format!("version 1 of the rules is at {stage}\n");
        assert_eq!(told(&ground, &["policy", "stage", "1", stage, "--reason", "agreed"]), expected);
    }
    let wish =
        ["access", "request", "lending.loans", "--purpose", "marketing", "--reason", "a campaign", "--as", "ana"];
    let refused = ground.run(&wish);
    assert!(refused.code != 0 && refused.stderr.contains("no-marketing"), "{}", refused.stderr);
    assert!(told(&ground, &["policy", "stage", "1", "none", "--reason", "over"]).contains("no stage"));
    let refusals = told(&ground, &["audit", "list", "--action", "request.refuse", "--actor", "ana"]);
    assert!(refusals.contains("POST /api/v1/agreements"), "{refusals}");

    let hook = "https://hooks.bank.example/mesh";
    let made = told(&ground, &["subscription", "create", hook, "--type", "service_level.changed"]);
    assert!(made.starts_with("sub-1 lasts until ") && made.contains("secret: whsec_"), "{made}");
    assert!(told(&ground, &["subscription", "list"]).contains("service_level.changed"));
    assert_eq!(told(&ground, &["subscription", "delete", "sub-1"]), "sub-1 is no more\n");
    assert_eq!(told(&ground, &["subscription", "list"]), "no subscriptions\n");
    let private = ground.run(&["subscription", "create", "https://10.0.0.1/", "--as", "officer"]);
    assert!(private.code != 0 && private.stderr.contains("FC-4091"), "{}", private.stderr);
}
