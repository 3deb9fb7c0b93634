//! What a product says it is made from: its manifest's inputs, and the sources that the contracts of its ports name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mesh_contract::product::{InputContract, Manifest, OutputPort};
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_lineage::told::Dependency;
use mesh_lineage::{Dataset, JobGraph, MESH, Written};

/// What each port of a product is made from, by the port's name with its major version. `ports` are the registered ports by
/// the identity of their contract, and `contracts` those that the product serves.
pub(crate) fn declared(
    manifest: &Manifest,
    ports: &HashMap<String, PortName>,
    contracts: &[Contract],
) -> BTreeMap<String, JobGraph> {
    let inputs = Inputs { manifest, ports };
    let of_output = |output: &OutputPort| {
        let port = version(PortName::new(&manifest.domain, &output.name).ok()?, output.version.major);
        let named = inputs.of(output);
        let is_own = |contract: &&Contract| contract.id == output.contract_id && contract.version == output.version;
        let contract = contracts.iter().find(is_own);
        let dependencies = contract.map(|contract| dependencies(contract, &named)).unwrap_or_default();
        let outputs = BTreeMap::from([(Dataset::port(MESH, &port), Written::ByColumn(dependencies))]);
        Some((port.to_string(), JobGraph { inputs: named.into_values().collect(), outputs }))
    };
    manifest.output_ports.iter().filter_map(of_output).collect()
}

fn version(name: PortName, major: u64) -> PortVersion {
    PortVersion { name, major }
}

struct Inputs<'a> {
    manifest: &'a Manifest,
    ports: &'a HashMap<String, PortName>,
}

impl Inputs<'_> {
    /// What an output is made from, by the names that its contract may use: of everything the product takes in, unless the
    /// output says of what.
    fn of(&self, output: &OutputPort) -> BTreeMap<String, Dataset> {
        let all = || {
            self.manifest.input_ports.iter().flat_map(|input| {
                self.names(&InputContract { id: input.contract_id.clone(), version: Some(input.version.clone()) })
            })
        };
        if output.inputs.is_empty() {
            all().collect()
        } else {
            output.inputs.iter().flat_map(|input| self.names(input)).collect()
        }
    }

    /// A registered port is `domain.port`, and `port` within its own domain; an input port of the product has its name
    /// there as well.
    fn names(&self, contract: &InputContract) -> Vec<(String, Dataset)> {
        let domain = &self.manifest.domain;
        let input = self.manifest.input_ports.iter().find(|input| input.contract_id == contract.id);
        let mut names: Vec<String> = input.iter().map(|input| input.name.clone()).collect();
        let port = self.ports.get(&contract.id).zip(contract.version.as_ref());
        let dataset = match (port, input) {
            (Some((port, number)), _) => {
                names.push(port.to_string());
                names.extend((port.domain() == domain).then(|| port.port().to_owned()));
                Dataset::port(MESH, &version(port.clone(), number.major))
            }
            (None, Some(input)) => Dataset::new(MESH, format!("{domain}.input.{}", input.name)),
            // A contract that nobody knows names nothing.
            (None, None) => return Vec::new(),
        };
        names.into_iter().map(|name| (name, dataset.clone())).collect()
    }
}

/// The sources that a contract names for its columns, such as `loans.amount`.
fn dependencies(contract: &Contract, inputs: &BTreeMap<String, Dataset>) -> BTreeSet<Dependency> {
    let properties = contract.objects.iter().flat_map(|object| &object.properties);
    let sources = properties.flat_map(|property| {
        let sources = property.transform.iter().flat_map(|transform| &transform.sources);
        sources.map(|source| (property.name.clone(), source))
    });
    let dependency = |(column, source): (String, &String)| {
        let (object, field) = source.rsplit_once('.')?;
        let input = inputs.get(object)?.clone();
        let is_name = !field.is_empty() && !field.contains(char::is_control);
        is_name.then(|| Dependency { column, input, field: field.to_owned(), ways: BTreeSet::new() })
    };
    sources.filter_map(dependency).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_says_what_its_ports_are_made_from() {
        let manifest = "\
apiVersion: v1.0.0
kind: DataProduct
id: urn:bank:lending
name: Lending
version: 1.0.0
status: active
domain: lending
inputPorts:
  - {name: files, version: 1.0.0, contractId: 'urn:bank:lending:input:files'}
  - {name: held, version: 2.1.0, contractId: 'urn:bank:deposits:accounts'}
outputPorts:
  - {name: loans, version: 1.0.0, contractId: 'urn:bank:lending:loans'}
  - name: exposure
    version: 3.0.0
    contractId: urn:bank:lending:exposure
    inputContracts:
      - {id: 'urn:bank:lending:loans', version: 1.0.0}
      - {id: 'urn:bank:deposits:accounts', version: 2.1.0}
      - {id: 'urn:bank:unknown', version: 1.0.0}
";
        let contract = "\
apiVersion: v3.1.0
kind: DataContract
id: urn:bank:lending:exposure
version: 3.0.0
status: active
domain: lending
schema:
  - name: exposure
    properties:
      - {name: amount, logicalType: integer, transformSourceObjects: [loans.amount, deposits.accounts.pledged, none.of]}
      - {name: held, logicalType: integer, transformSourceObjects: [held.balance]}
";
        let manifest = Manifest::parse("m", manifest).unwrap_or_else(|report| panic!("{report:?}"));
        let contract = Contract::lint("c", contract).0.expect("a contract");
        let name = |text: &str| text.parse::<PortName>().expect("a name");
        let ports = HashMap::from([
            ("urn:bank:lending:loans".to_owned(), name("lending.loans")),
            ("urn:bank:deposits:accounts".to_owned(), name("deposits.accounts")),
        ]);
        let declared = declared(&manifest, &ports, &[contract]);
        let inputs = |port: &str| declared[port].inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>();
        assert_eq!(inputs("lending.loans_v1"), ["deposits.accounts_v2", "lending.input.files"]);
        assert_eq!(inputs("lending.exposure_v3"), ["deposits.accounts_v2", "lending.loans_v1"]);
        let Some(Written::ByColumn(found)) = declared["lending.exposure_v3"].outputs.values().next() else {
            panic!("columns")
        };
        let found: Vec<_> = found.iter().map(|of| format!("{} <- {}.{}", of.column, of.input, of.field)).collect();
        assert_eq!(
            found,
            [
                "amount <- deposits.accounts_v2.pledged",
                "amount <- lending.loans_v1.amount",
                "held <- deposits.accounts_v2.balance"
            ]
        );
    }
}
