//! The documents that the editor has open.

use std::collections::BTreeMap;
use std::path::PathBuf;

use mesh_contract::definition::definition;
use mesh_contract::diagnostic::{Diagnostic, Report, Severity, Span};
use mesh_contract::gate::Gate;
use mesh_contract::product::Manifest;
use mesh_contract::schema::{Description, describe_contract, describe_manifest};
use serde_json::{Value, json};
use url::Url;

use super::folders::{Folders, path};
use super::place::{byte_at, range};

/// How a manifest is told from a contract.
const MANIFEST: &str = ".odps.yaml";

/// Texts by address, the gate that contracts are held to, and the folders that they refer into.
pub(super) struct Documents {
    gate: Gate,
    folders: Folders,
    open: BTreeMap<String, String>,
}

impl Documents {
    pub(super) fn new(gate: Gate, folders: Folders) -> Self {
        Self { gate, folders, open: BTreeMap::new() }
    }

    /// Takes a document's new text; one without a text is left as it is.
    pub(super) fn change(&mut self, uri: &str, text: Option<&Value>) {
        if let Some(text) = text.and_then(Value::as_str) {
            self.open.insert(uri.to_owned(), text.to_owned());
        }
    }

    pub(super) fn close(&mut self, uri: &str) {
        self.open.remove(uri);
    }

    /// What to publish after a change of that document: contracts are compared with each other, so all open ones are
    /// told again. A document that was closed has nothing any more.
    pub(super) fn diagnostics(&self, changed: &str) -> Vec<Value> {
        let mut told = Vec::new();
        match self.open.get(changed) {
            None => told.push(json!({"uri": changed, "diagnostics": []})),
            Some(text) if changed.ends_with(MANIFEST) => {
                return vec![published(changed, text, &Manifest::lint(changed, text).1)];
            }
            Some(_) => {}
        }
        let contracts: Vec<(&str, &str)> = self
            .open
            .iter()
            .filter(|(uri, _)| !uri.ends_with(MANIFEST))
            .map(|(uri, text)| (uri.as_str(), text.as_str()))
            .collect();
        let reports = self.gate.lint(&contracts);
        told.extend(contracts.iter().zip(reports).map(|((uri, text), (_, report))| published(uri, text, &report)));
        told
    }

    /// The standard's words for the key under the pointer; null when there is none.
    pub(super) fn hover(&self, params: &Value) -> Value {
        self.described(params).map_or(Value::Null, |(text, found)| {
            let words: Vec<String> = found.words.iter().map(|word| format!("`{word}`")).collect();
            let words = if words.is_empty() { String::new() } else { format!("\n\nOne of {}.", words.join(", ")) };
            let value = format!("**{}**: {}{words}", found.key, found.text);
            json!({"contents": {"kind": "markdown", "value": value}, "range": range(text, found.span)})
        })
    }

    /// Where the value under the pointer is defined, in this or another document of the workspace; null when it names
    /// nothing that is there.
    pub(super) fn definition(&self, params: &Value) -> Value {
        self.defined(params).unwrap_or(Value::Null)
    }

    fn defined(&self, params: &Value) -> Option<Value> {
        let (own, text, byte) = self.pointed(params)?;
        let mut all: Vec<(String, &str)> = vec![(own.to_owned(), text)];
        let others = self.open.iter().filter(|(uri, _)| *uri != own);
        all.extend(others.map(|(uri, text)| (uri.clone(), text.as_str())));
        // What the editor has open is newer than the file.
        let open: Vec<PathBuf> = all.iter().filter_map(|(uri, _)| path(uri)).collect();
        let files = self.folders.texts();
        let closed = files.iter().filter(|(path, _)| !open.contains(path));
        all.extend(closed.filter_map(|(path, text)| Some((Url::from_file_path(path).ok()?.into(), text.as_str()))));
        let texts: Vec<&str> = all.iter().map(|(_, text)| *text).collect();
        let found = definition(&texts, 0, byte)?;
        let (uri, text) = all.get(found.document)?;
        Some(json!({"uri": uri, "range": range(text, found.span)}))
    }

    /// The document under the pointer, its text, and the byte.
    fn pointed(&self, params: &Value) -> Option<(&str, &str, usize)> {
        let (uri, text) = self.open.get_key_value(params.pointer("/textDocument/uri")?.as_str()?)?;
        let number =
            |pointer: &str| params.pointer(pointer).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let byte = byte_at(text, number("/position/line")?, number("/position/character")?)?;
        Some((uri, text, byte))
    }

    fn described(&self, params: &Value) -> Option<(&str, Description)> {
        let (uri, text, byte) = self.pointed(params)?;
        let describe = if uri.ends_with(MANIFEST) { describe_manifest } else { describe_contract };
        Some((text, describe(text, byte)?))
    }
}

fn published(uri: &str, text: &str, report: &Report) -> Value {
    let diagnostics: Vec<Value> = report.iter().map(|fault| diagnostic(uri, text, fault)).collect();
    json!({"uri": uri, "diagnostics": diagnostics})
}

fn diagnostic(uri: &str, text: &str, fault: &Diagnostic) -> Value {
    let help = fault.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let related = |(span, words): &(Span, String)| json!({"location": {"uri": uri, "range": range(text, *span)}, "message": words});
    json!({
        "range": range(text, fault.span),
        "severity": match fault.severity { Severity::Error => 1, Severity::Warning => 2 },
        "code": fault.code.to_string(),
        "source": "fince",
        "message": format!("{}{help}", fault.message),
        "relatedInformation": fault.labels.iter().map(related).collect::<Vec<_>>(),
    })
}
