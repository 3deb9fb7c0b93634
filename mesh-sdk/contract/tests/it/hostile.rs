//! Texts made to break readers.

use mesh_contract::{Contract, Report, codes};
use proptest::prelude::*;

use crate::resolved::LOANS;

fn refused(text: &str) -> Report {
    Contract::parse("hostile.yaml", text).expect_err("a hostile text is refused")
}

fn codes_of(report: &Report) -> Vec<String> {
    report.iter().map(|fault| fault.code.to_string()).collect()
}

#[test]
fn duplicate_keys_name_both_places() {
    let report = refused(&format!("{LOANS}\nstatus: draft\n"));
    let fault = report.iter().find(|fault| fault.code == codes::DUPLICATE_KEY).expect("the repeated key");
    assert_eq!((fault.labels[0].0.line, fault.message.as_str()), (7, "the key `status` stands twice"));
    assert!(fault.span.line > 80);
}

#[test]
fn alias_bombs_and_depth_bombs_are_refused_at_once() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_eq!(codes_of(&refused(&bomb)), ["FC-0003"]);
    assert_eq!(codes_of(&refused(&format!("a: {}", "[".repeat(100_000)))), ["FC-0003"]);
    let mut block = String::new();
    for level in 0..5_000 {
        block.push_str(&format!("{}a:\n", " ".repeat(level)));
    }
    assert_eq!(codes_of(&refused(&block)), ["FC-0003"]);
    let long = format!("a: {}", "x".repeat(5 << 20));
    assert_eq!(codes_of(&refused(&long)), ["FC-0003"]);
}

#[test]
fn characters_that_deceive_are_refused_with_their_place() {
    let report = refused("kind: Data\u{202E}Contract\nid: a\0b\n");
    let shown: Vec<String> =
        report.iter().map(|f| format!("{}:{} {}", f.span.line, f.span.column, f.message)).collect();
    insta::assert_debug_snapshot!(shown, @r#"
    [
        "1:11 a bidirectional control character `U+202E` is not allowed",
        "2:6 a NUL character `U+0000` is not allowed",
    ]
    "#);
}

#[test]
fn merge_keys_several_documents_and_yaml_1_1_booleans_are_refused() {
    assert_eq!(codes_of(&refused("a: &a {b: 1}\nc:\n  <<: *a\n")), ["FC-0005"]);
    assert_eq!(codes_of(&refused(&format!("{LOANS}\n---\n{LOANS}"))), ["FC-0005"]);
    let report = refused(&LOANS.replace("        required: true", "        required: yes"));
    insta::assert_snapshot!(report.to_string(), @r"
    error[FC-0008]: expected `true` or `false`, found `yes`
      --> hostile.yaml:27:19
       27 |         required: yes
          |                   ^^^
      help: booleans are `true` and `false`
    ");
    // `NO` is text: Norway keeps its country code.
    let norway = LOANS.replace("validValues: [A, B, C]", "validValues: [NO, SE, C]");
    assert!(Contract::parse("norway", &norway).is_ok());
}

#[test]
fn what_is_not_yaml_says_where() {
    for text in ["a: [1, 2\nb: 3\n", "\tkey: value", "a: 'unclosed", "- a\nb: c\n", "", "just words", "[1, 2]"] {
        let report = refused(text);
        assert!(report.has_errors(), "{text}");
        assert!(report.iter().all(|fault| fault.span.line >= 1), "{report}");
    }
}

#[test]
fn a_document_of_nothing_but_faults_is_answered_with_the_first_of_them() {
    let many: String = (0..4_000).map(|index| format!("x{index}: 1\n")).collect();
    let report = refused(&many);
    assert_eq!((report.len(), report.left_off()), (500, 3_506));
    assert!(report.to_string().ends_with("… and 3506 more\n"));
    let wider: String = (0..5_000).map(|index| format!("x{index}: 1\n")).collect();
    assert_eq!(codes_of(&refused(&wider)), ["FC-0003"]);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        spans_lie_within(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_text_panics_and_every_span_lies_in_the_text(text in "\\PC{0,200}|[-:#&*!|>'\"%@`{}\\[\\],? \nab<~1]{0,120}") {
        spans_lie_within(&text);
    }

    #[test]
    fn no_damage_to_a_real_contract_panics(at in 0..LOANS.len(), len in 0_usize..40, with in "[-:#&*!{}\\[\\] \nab~1.]{0,6}") {
        let mut text = String::from(&LOANS[..at]);
        text.push_str(&with);
        text.push_str(LOANS.get(at + len..).unwrap_or_default());
        spans_lie_within(&text);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_keys(seed in any::<u64>()) {
        let mut blocks: Vec<String> = Vec::new();
        for line in LOANS.trim().lines() {
            match blocks.last_mut() {
                Some(block) if line.starts_with(' ') => { block.push('\n'); block.push_str(line); }
                _ => blocks.push(line.to_owned()),
            }
        }
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        let mut state = seed;
        for index in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order.swap(index, (state >> 33) as usize % (index + 1));
        }
        let shuffled = order.iter().map(|index| blocks[*index].as_str()).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(Contract::parse("a", LOANS).unwrap().hash, Contract::parse("b", &shuffled).unwrap().hash);
    }
}

fn spans_lie_within(text: &str) {
    let (_, report) = Contract::lint("any", text);
    for fault in &report {
        let spans = std::iter::once(&fault.span).chain(fault.labels.iter().map(|(span, _)| span));
        for span in spans {
            assert!(text.get(span.start..span.start + span.len).is_some(), "{fault:?}");
            assert!(span.line >= 1 && span.column >= 1, "{fault:?}");
        }
    }
    let _ = report.to_string();
}
