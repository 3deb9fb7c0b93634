//! Documents to submit.

use mesh_api::{RegisterContract, RegisterProduct};

/// A valid contract of the port `domain.port`.
pub(crate) fn contract(domain: &str, port: &str, version: &str) -> RegisterContract {
    described(domain, port, version, "what the bank has lent")
}

/// A valid contract with a description of its own, and thereby a hash of its own.
pub(crate) fn described(domain: &str, port: &str, version: &str, description: &str) -> RegisterContract {
    submit(format!(
        "\
apiVersion: v3.1.0
kind: DataContract
id: urn:bank:{domain}:{port}
name: {port}
version: {version}
status: active
domain: {domain}
description: {{purpose: Test, limitations: No data}}
schema:
  - name: {port}
    description: {description}
    dataGranularityDescription: one row a loan
    properties:
      - name: loan_id
        description: the number on the loan's papers
        classification: internal
        logicalType: integer
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        logicalTypeOptions: {{minimum: 1}}
slaProperties:
  - {{property: latency, value: 1, unit: d}}
  - {{property: retention, value: 10, unit: 'y'}}
team: {{members: [{{username: lena, role: owner}}]}}
support: [{{channel: lending, url: 'mailto:lending@bank.example'}}]
"
    ))
}

/// A valid contract with a restricted column.
pub(crate) fn restricted(domain: &str, port: &str, version: &str) -> RegisterContract {
    let mut request = contract(domain, port, version);
    let column = "      - {name: tax_number, description: of the borrower, classification: restricted, logicalType: string, \
                  customProperties: [{property: mask, value: hash}]}\nslaProperties:";
    request.document = request.document.replace("slaProperties:", column);
    request
}

pub(crate) fn submit(document: String) -> RegisterContract {
    RegisterContract { document, file: Some("loans.yaml".into()) }
}

/// A valid manifest of the domain's product, which serves `outputs` (port and contract version).
pub(crate) fn product(domain: &str, version: &str, outputs: &[(&str, &str)]) -> RegisterProduct {
    let mut manifest = format!(
        "\
apiVersion: v1.0.0
kind: DataProduct
id: urn:bank:{domain}
name: The {domain} product
version: {version}
status: active
domain: {domain}
"
    );
    // A list with nothing in it is not a list in YAML.
    manifest.push_str(if outputs.is_empty() { "" } else { "outputPorts:\n" });
    for (port, version) in outputs {
        let output = format!("  - name: {port}\n    version: {version}\n    contractId: urn:bank:{domain}:{port}\n");
        manifest.push_str(&output);
    }
    RegisterProduct {
        manifest,
        file: Some("product.odps.yaml".into()),
        endpoint: Some("grpc://127.0.0.1:8461".parse().expect("a url")),
    }
}
