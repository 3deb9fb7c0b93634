//! What is true of every text, whatever it says.

use mesh_contract::diagnostic::{Report, Span};
use mesh_contract::diff::{Revision, diff};
use mesh_contract::format::format;
use mesh_contract::gate::Gate;
use mesh_contract::product::Manifest;

/// The contract that others are compared with.
const BASE: &str = include_str!("seeds/contract.yaml");

/// Holds a text to it.
///
/// # Panics
/// When something is not true.
pub(crate) fn exercise(text: &str) {
    let gate = Gate::new("2026-11-22".parse().expect("a day")).registering();
    let (contract, report) = gate.lint(&[("any", text), ("base", BASE)]).remove(0);
    places_lie_within(&report);
    assert!(!report.to_string().is_empty() || report.is_empty());
    let (_, report) = Manifest::lint("any", text);
    places_lie_within(&report);
    layout_keeps_the_meaning(text, contract.as_ref().map(|contract| &contract.hash));
    let Ok(new) = Revision::parse("any", text) else { return };
    let base = Revision::parse("base", BASE).expect("the base is valid");
    for change in diff(&base, &new) {
        lies_within(text, change.at);
        change.old.iter().for_each(|place| lies_within(BASE, place.span));
        change.new.iter().for_each(|place| lies_within(text, place.span));
    }
    let _ = diff(&new, &base);
    assert!(diff(&new, &new).is_empty(), "a contract differs from itself");
}

fn layout_keeps_the_meaning(text: &str, hash: Option<&mesh_contract::model::ContractHash>) {
    let Ok(laid_out) = format("any", text) else { return };
    assert_eq!(format("any", &laid_out).ok().as_deref(), Some(laid_out.as_str()), "laid out twice is laid out once");
    if let Some(hash) = hash {
        let again = mesh_contract::Contract::parse("any", &laid_out).map(|contract| contract.hash);
        assert_eq!(again.as_ref().ok(), Some(hash), "the layout changes the meaning");
    }
}

fn places_lie_within(report: &Report) {
    for fault in report {
        lies_within(report.text(), fault.span);
        fault.labels.iter().for_each(|(span, _)| lies_within(report.text(), *span));
    }
}

fn lies_within(text: &str, span: Span) {
    assert!(text.get(span.start..span.start + span.len).is_some(), "{span:?} lies outside of the text");
    assert!(span.line >= 1 && span.column >= 1, "{span:?} counts from one");
}
