//! `fince contract new PORT --domain D`

use std::path::Path;

use clap::Args;
use mesh_contract::Contract;
use mesh_contract::product::Manifest;
use mesh_contract::scaffold;

use super::contract_infer::check_name;
use super::new_domain::{absent, write};
use crate::failure::{Failure, codes};
use crate::mesh::open_product;
use crate::mesh_folder;
use crate::setting::Setting;
use crate::whole_file;

const EXAMPLES: &str = "\
Example:
  fince contract new arrears --domain lending --from lending_club_loans

Writes contracts/<domain>/<port>.v1.odcs.yaml and domains/<domain>/models/<port>.sql and adds the port to the product's
manifest. What it writes can be published at once, and is meant to be changed.";

/// Begin a port: its contract, its model, and its line in the product's manifest
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewPort {
    /// Name of the port: lower-case letters, digits and `_`
    port: String,

    /// The domain whose product will serve it
    #[arg(long, value_name = "DOMAIN")]
    domain: String,

    /// Input port whose columns to begin with [default: the first of the product, if there is one]
    #[arg(long, value_name = "INPUT")]
    from: Option<String>,
}

impl NewPort {
    /// Writes the port's files.
    ///
    /// # Errors
    /// When a name cannot be one, the port is there already, the product has errors or no such input, or a file cannot
    /// be written.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        check_name("port", &self.port)?;
        let root = mesh_folder::find(setting)?;
        let product = open_product(&root, &self.domain)?;
        let paths = [
            format!("contracts/{}/{}.v1.odcs.yaml", self.domain, self.port),
            format!("domains/{}/models/{}.sql", self.domain, self.port),
        ];
        for path in &paths {
            absent(&root, path)?;
        }
        let input = match &self.from {
            None => product.inputs.first(),
            Some(name) => Some(product.inputs.iter().find(|input| input.name == *name).ok_or_else(|| {
                let known: Vec<String> = product.inputs.iter().map(|input| format!("`{}`", input.name)).collect();
                Failure::usage(codes::PORT, format!("the product has no input port `{name}`"))
                    .help(format!("it has {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") }))
            })?),
        };
        let from = input.map(|input| (input.name.as_str(), &*input.contract));
        let made = self.scaffold(&product.manifest, &product.document, from)?;
        let [contract, model] = &paths;
        write(&root, contract, &made.contract)?;
        write(&root, model, &made.model)?;
        Self::add(&product.file, made.manifest.as_deref(), &made.manifest_item, setting)?;
        for path in &paths {
            setting.output.result(path)?;
        }
        setting.output.note(&format!("next: fince publish {} --port {}", self.domain, self.port));
        Ok(())
    }

    fn scaffold(
        &self,
        manifest: &Manifest,
        document: &str,
        from: Option<(&str, &Contract)>,
    ) -> Result<scaffold::PortScaffold, Failure> {
        scaffold::port(manifest, document, &self.port, from)
            .map_err(|report| Failure::failed(codes::NAME, format!("the draft is no contract\n\n{report}")))
    }

    /// The manifest with the port in it, or what to write there where its form is not one that can be added to.
    fn add(file: &Path, manifest: Option<&str>, item: &str, setting: &Setting) -> Result<(), Failure> {
        match manifest {
            Some(text) => whole_file::write(file, text.as_bytes()),
            None => {
                setting.output.note(&format!("add to `outputPorts` of {}:\n  - {item}", file.display()));
                Ok(())
            }
        }
    }
}
