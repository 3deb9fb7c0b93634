//! Bank-wide rules.

use chrono::TimeDelta;
use mesh_api::{
    AgreementStatus, ClientError, PageRequest, ProposeRules, RenewAccess, RuleAction, RuleStage, StageRules, TryRules,
};
use mesh_contract::Code;

use crate::agreements::{because, wish};
use crate::audit::trail;
use crate::documents::contract;
use crate::server::{now, on_each_database};

const NO_RISK: &str = "@id(\"no-risk\") @reason(\"risk has its own ports\") forbid (principal, action in [Action::\"request\", \
                       Action::\"approve\"], resource) when { context.purposes.contains(\"risk\") };";

fn proposal(rules: &str) -> ProposeRules {
    ProposeRules { rules: rules.into(), note: "what is new".into() }
}

fn stage(stage: Option<RuleStage>) -> StageRules {
    StageRules { stage, reason: "decided by the board".into() }
}

fn code<T: std::fmt::Debug>(answer: Result<T, ClientError>) -> Code {
    answer.expect_err("refused").code()
}

#[tokio::test]
async fn rules_warn_then_refuse_and_are_withdrawn() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena, officer) = (server.omar(), server.lena(), server.officer());
        let risk = wish("risk", Some(&["loan_id"]), 30);
        let version = officer.propose_rules(&proposal(NO_RISK)).await.expect("kept").summary.version;
        let before = omar.request_access(&risk, None).await.expect("a proposal counts for nothing").summary;
        assert_eq!(code(officer.stage_rules(version, &stage(Some(RuleStage::Enforce))).await), Code(4071));

        officer.stage_rules(version, &stage(Some(RuleStage::Warn))).await.expect("moved");
        let warned = omar.request_access(&risk, None).await.expect("it goes through").summary;
        let record = trail(&server).await.pop().expect("a record");
        assert_eq!((record.subject, &record.detail["warned"]), (warned.id, &serde_json::json!(["no-risk"])));

        let enforced = officer.stage_rules(version, &stage(Some(RuleStage::Enforce))).await.expect("moved");
        assert_eq!(enforced.summary.stage, Some(RuleStage::Enforce));
        let refused = omar.request_access(&risk, None).await.expect_err("refused");
        assert_eq!(refused.code(), Code(4068));
        let told: Vec<_> =
            refused.problem().expect("a problem").diagnostics.iter().map(|told| told.message.as_str()).collect();
        assert_eq!(told, ["`no-risk`: risk has its own ports"]);
        assert_eq!(code(lena.approve_access(&before.id, &because("ok"), &before.tag()).await), Code(4068));
        lena.reject_access(&before.id, &because("the rules say so"), &before.tag())
            .await
            .expect("one may always refuse");
        omar.request_access(&wish("audit", Some(&["loan_id"]), 30), None).await.expect("another purpose");

        let server = server.stop().await.start().await;
        let (omar, officer) = (server.omar(), server.officer());
        assert_eq!(code(omar.request_access(&risk, None).await), Code(4068), "after a restart");
        let withdrawn = officer.stage_rules(version, &stage(None)).await.expect("withdrawn");
        assert_eq!(withdrawn.summary.stage, None);
        assert_eq!(code(officer.stage_rules(version, &stage(None)).await), Code(4071));
        omar.request_access(&risk, None).await.expect("no longer refused");
        let moves = trail(&server).await.iter().filter(|record| record.action == "rules.stage").count();
        assert_eq!(moves, 3);
    })
    .await;
}

#[tokio::test]
async fn without_a_banks_own_rules_those_that_ship_count() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, lena) = (server.omar(), server.lena());
        let long = wish("risk", Some(&["tax_number"]), 184);
        assert_eq!(code(omar.request_access(&long, None).await), Code(4068));
        let half = omar.request_access(&wish("risk", Some(&["tax_number"]), 183), None).await.expect("asked").summary;
        let half = lena.approve_access(&half.id, &because("ok"), &half.tag()).await.expect("approved").summary;
        let half = server.officer().approve_access(&half.id, &because("ok"), &half.tag()).await.expect("approved");
        assert_eq!(half.summary.status, AgreementStatus::Active);
        let longer = RenewAccess { until: now() + TimeDelta::days(184), reason: "longer".into() };
        assert_eq!(code(omar.renew_access(&half.summary.id, &longer, &half.summary.tag()).await), Code(4068));

        let mut open = contract("lending", "people", "1.0.0");
        let column = "classification: internal";
        assert!(open.document.contains(column));
        let personal = "classification: public\n        customProperties: [{property: gdprCategory, value: identity}]";
        open.document = open.document.replace(column, personal);
        assert_eq!(code(lena.validate_contract(&open).await), Code(4068));
        assert_eq!(code(lena.register_contract(&open).await), Code(4068));
    })
    .await;
}

#[tokio::test]
async fn governance_alone_changes_rules_and_everybody_reads_them() {
    on_each_database(async |server| {
        let (omar, lena, officer) = (server.omar(), server.lena(), server.officer());
        for client in [&omar, &lena] {
            assert_eq!(code(client.propose_rules(&proposal(NO_RISK)).await), Code(4072));
            assert_eq!(code(client.stage_rules(1, &stage(Some(RuleStage::Warn))).await), Code(4072));
            let trial = TryRules { rules: NO_RISK.into(), since: now() };
            assert_eq!(code(client.try_rules(&trial).await), Code(4072));
        }
        for (text, expected) in [("permit (principal, action, resource);", 4069), ("\0", 4069)] {
            assert_eq!(code(officer.propose_rules(&proposal(text)).await), Code(expected));
        }
        assert_eq!(code(officer.stage_rules(1, &stage(Some(RuleStage::Warn))).await), Code(4070));
        for version in 1..=3 {
            assert_eq!(officer.propose_rules(&proposal(NO_RISK)).await.expect("kept").summary.version, version);
        }
        let page = omar.rule_sets(&PageRequest { cursor: None, limit: Some(2) }).await.expect("a page");
        assert_eq!(page.items.iter().map(|rules| rules.version).collect::<Vec<_>>(), [3, 2]);
        let rest = omar.rule_sets(&PageRequest { cursor: page.next, limit: Some(2) }).await.expect("a page");
        assert_eq!((rest.items.len(), rest.next), (1, None));
        let read = omar.rules(2).await.expect("read");
        assert!(read.rules == NO_RISK && read.defaults.contains("@id(\"base\")"));
        assert_eq!(code(omar.rules(4).await), Code(4070));
        // One version is at a stage: the next to warn takes the place of the one before.
        officer.stage_rules(1, &stage(Some(RuleStage::Warn))).await.expect("moved");
        officer.stage_rules(2, &stage(Some(RuleStage::Warn))).await.expect("moved");
        let all = omar.rule_sets(&PageRequest::default()).await.expect("a page").items;
        assert_eq!(all.iter().map(|rules| rules.stage).collect::<Vec<_>>(), [None, Some(RuleStage::Warn), None]);
    })
    .await;
}

#[tokio::test]
async fn rules_are_tried_on_what_went_through() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let (omar, officer) = (server.omar(), server.officer());
        omar.request_access(&wish("risk", Some(&["loan_id"]), 30), None).await.expect("asked");
        let audit = omar.request_access(&wish("audit", Some(&["loan_id"]), 30), None).await.expect("granted").summary;
        let longer = RenewAccess { until: now() + TimeDelta::days(60), reason: "longer".into() };
        omar.renew_access(&audit.id, &longer, &audit.tag()).await.expect("granted");
        let of = async |rules: &str| {
            let trial = TryRules { rules: rules.into(), since: now() - TimeDelta::days(30) };
            let tried = officer.try_rules(&trial).await.expect("tried");
            let told: Vec<_> = tried
                .refusals
                .iter()
                .map(|refusal| (refusal.question.action, refusal.question.days, refusal.rules.join(" ")))
                .collect();
            (tried.asked, tried.refused, told)
        };
        assert_eq!(of("").await, (4, 0, Vec::new()), "three requests and a registration");
        assert_eq!(of(NO_RISK).await, (4, 1, vec![(RuleAction::Request, 30, "no-risk".to_owned())]));
        let long = "@id(\"a-month\") forbid (principal, action, resource) when { context.days > 31 };";
        assert_eq!(of(long).await, (4, 1, vec![(RuleAction::Request, 60, "a-month".to_owned())]));
        let restricted = "@id(\"open\") forbid (principal, action == Action::\"register\", resource) \
                          when { resource.classification == \"restricted\" };";
        assert_eq!(of(restricted).await, (4, 1, vec![(RuleAction::Register, 0, "open".to_owned())]));
        let early = TryRules { rules: String::new(), since: now() - TimeDelta::days(367) };
        assert_eq!(code(officer.try_rules(&early).await), Code(4069));
    })
    .await;
}
