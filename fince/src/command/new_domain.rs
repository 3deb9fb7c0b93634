//! `fince new domain NAME`

use std::path::Path;

use clap::{Args, Subcommand};

use super::contract_infer::check_name;
use crate::failure::{Failure, codes};
use crate::mesh::refuse_reserved;
use crate::mesh_folder;
use crate::setting::Setting;
use crate::whole_file;

const EXAMPLES: &str = "\
Example:
  fince new domain treasury        domains/treasury and contracts/treasury, with a sample that can be published at once";

/// The files of a product, each with its template; the first part of a path is told by the name of the domain.
const FILES: [(&str, &str); 6] = [
    ("domains/{domain}/product.odps.yaml", include_str!("new_domain/template/product.odps.yaml")),
    ("domains/{domain}/README.md", include_str!("new_domain/template/README.md")),
    ("domains/{domain}/inputs/entries.odcs.yaml", include_str!("new_domain/template/input.odcs.yaml")),
    ("domains/{domain}/models/entries.sql", include_str!("new_domain/template/model.sql")),
    ("domains/{domain}/sample/entries.csv", include_str!("new_domain/template/entries.csv")),
    ("contracts/{domain}/entries.v1.odcs.yaml", include_str!("new_domain/template/output.odcs.yaml")),
];

/// What to begin.
#[derive(Debug, Subcommand)]
pub(crate) enum New {
    Domain(NewDomain),
}

/// Begin a domain: a data product that runs, to be changed into what the domain knows
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewDomain {
    /// Name of the domain: lower-case letters, digits and `_`
    name: String,
}

impl NewDomain {
    /// Writes the product.
    ///
    /// # Errors
    /// When the name cannot be one, the domain is there already, or a file cannot be written.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        check_name("domain", &self.name)?;
        refuse_reserved(&self.name)?;
        let root = mesh_folder::find(setting)?;
        for folder in ["domains", "contracts"] {
            absent(&root, &format!("{folder}/{}", self.name))?;
        }
        for (path, template) in FILES {
            let path = path.replace("{domain}", &self.name);
            write(&root, &path, &filled(template, &self.name))?;
            setting.output.result(&path)?;
        }
        setting.output.note(&format!("next: fince publish {}", self.name));
        Ok(())
    }
}

fn filled(template: &str, domain: &str) -> String {
    let mut letters = domain.chars();
    let title: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    template.replace("{domain}", domain).replace("{Domain}", &title)
}

/// Refuses to write over what is there.
///
/// # Errors
/// When it is.
pub(super) fn absent(root: &Path, path: &str) -> Result<(), Failure> {
    if root.join(path).exists() {
        return Err(Failure::usage(codes::ALREADY_THERE, format!("`{path}` is already there"))
            .help("nothing was written; choose another name"));
    }
    Ok(())
}

/// Writes a file of the mesh, and the folders above it.
///
/// # Errors
/// When a folder or the file cannot be written.
pub(super) fn write(root: &Path, path: &str, text: &str) -> Result<(), Failure> {
    let path = root.join(path);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::environment(codes::OUTPUT, format!("cannot make `{}`", folder.display())).because(&error)
        })?;
    }
    whole_file::write(&path, text.as_bytes())
}
