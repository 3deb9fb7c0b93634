use super::definition;

const LOANS: &str = "id: urn:lending:loans
domain: lending
dataProduct: urn:lending
schema:
  - name: loans
    id: loans_tbl
    properties:
      - {name: loan_id, id: loan_id_col}
      - name: borrower
        properties: [{name: born, classification: restricted}]
      - name: fees
        items: {properties: [{name: fee}]}
      - {name: branch, relationships: [{to: branches.code}]}
    relationships:
      - {from: [loan_id, loans.branch], to: [loans.loan_id, deposits.accounts.number]}
    quality:
      - {metric: duplicateValues, arguments: {properties: [branch, loan_id]}, mustBe: 0}
  - {name: branches, properties: [{name: code}]}
slaProperties:
  - {property: latency, element: 'loans.loan_id, loans.borrower.born, loans.fees.fee'}
";
const SCHEDULES: &str = "id: urn:lending:schedules
domain: lending
schema:
  - name: schedules
    properties:
      - {name: loan, relationships: [{to: loans.loan_id}], transformSourceObjects: [lending.loans]}
      - {name: other, relationships: [{to: 'loans.v1.odcs.yaml#/schema/loans_tbl/properties/loan_id_col'}]}
";
const ACCOUNTS: &str = "id: urn:deposits:accounts\ndomain: deposits\nschema:\n  - {name: accounts, properties: [{name: number}]}\n  - {name: loans, properties: [{name: loan_id}]}\n";
const PRODUCT: &str = "id: urn:lending
inputPorts: [{name: a, contractId: urn:nobody}]
outputPorts:
  - name: loans
    contractId: \"urn:lending:loans\"
    inputContracts: [{id: urn:deposits:accounts}]
";
const ALL: [&str; 5] = [ACCOUNTS, LOANS, SCHEDULES, PRODUCT, "not: [yaml"];

/// Follows the text marked by `«»` within what stands once in a document; where it leads, as `document: line`.
#[track_caller]
fn leads(document: usize, marked: &str) -> Option<String> {
    let plain = marked.replace(['«', '»'], "");
    let text = ALL[document];
    assert_eq!(text.matches(&plain).count(), 1, "{plain}");
    let byte = text.find(&plain).expect("the text") + marked.find('«').expect("a mark");
    let found = definition(&ALL, document, byte)?;
    let target = ALL[found.document].get(found.span.start..found.span.start + found.span.len).expect("within");
    Some(format!("{}: {target} {}", found.document, found.span.line))
}

#[test]
fn relationships_lead_to_columns_here_and_in_other_contracts() {
    assert_eq!(leads(1, "to: «branches.code").as_deref(), Some("1: code 18"));
    assert_eq!(leads(1, "from: [«loan_id,").as_deref(), Some("1: loan_id 8"));
    assert_eq!(leads(1, "loan_id, «loans.branch]").as_deref(), Some("1: branch 13"));
    assert_eq!(leads(1, "to: [«loans.loan_id").as_deref(), Some("1: loan_id 8"));
    assert_eq!(leads(1, "«deposits.accounts.number").as_deref(), Some("0: number 4"));
    assert_eq!(leads(2, "to: «loans.loan_id").as_deref(), Some("1: loan_id 8"), "not the table of another domain");
    assert_eq!(leads(2, "loans.v1.odcs.yaml«#/schema").as_deref(), Some("1: loan_id 8"));
    assert_eq!(leads(2, "[«lending.loans]").as_deref(), Some("1: loans 5"));
}

#[test]
fn service_levels_and_rules_lead_to_their_columns() {
    assert_eq!(leads(1, "element: '«loans").as_deref(), Some("1: loan_id 8"));
    assert_eq!(leads(1, "loans.borrower.«born,").as_deref(), Some("1: born 10"));
    assert_eq!(leads(1, "loans.fees.«fee'").as_deref(), Some("1: fee 12"));
    assert_eq!(leads(1, "properties: [branch, «loan_id]").as_deref(), Some("1: loan_id 8"));
}

#[test]
fn identities_lead_to_contracts_and_products() {
    assert_eq!(leads(3, "contractId: \"«urn:lending:loans").as_deref(), Some("1: urn:lending:loans 1"));
    assert_eq!(leads(3, "{id: «urn:deposits:accounts").as_deref(), Some("0: urn:deposits:accounts 1"));
    assert_eq!(leads(1, "dataProduct: «urn:lending").as_deref(), Some("3: urn:lending 1"));
}

#[test]
fn whatever_names_nothing_leads_nowhere() {
    assert_eq!(leads(3, "contractId: «urn:nobody"), None);
    assert_eq!(leads(1, "domain: «lending"), None);
    assert_eq!(leads(1, "«slaProperties"), None);
    assert_eq!(definition(&ALL, 4, 3), None);
    assert_eq!(definition(&ALL, 9, 0), None);
}
