//! `fince lsp`

mod documents;
mod folders;
mod place;

use clap::Args;
use lsp_server::{Connection, Message, Notification, Request, Response};
use mesh_contract::gate::Gate;
use serde_json::{Value, json};

use crate::failure::{Failure, codes};
use crate::setting::Setting;
use documents::Documents;
use folders::Folders;

const EXAMPLES: &str = "\
Speaks the Language Server Protocol on stdin and stdout: what `fince contract lint` says, as you type, what the standard
says about the key under the pointer, and where the column, contract or product that a value names is defined, in any
file of the workspace. Editors start it themselves, for files named *.odcs.yaml and *.odps.yaml.

Examples:
  Neovim: vim.lsp.start({ name = \"fince\", cmd = { \"fince\", \"lsp\" }, root_dir = vim.fn.getcwd() })
  Helix:  [language-server.fince]
          command = \"fince\"
          args = [\"lsp\"]";

/// Help an editor with contracts and manifests
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lsp {}

impl Lsp {
    /// Answers until the editor ends it.
    ///
    /// # Errors
    /// When what arrives is not the protocol.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        // The one command whose results are not text for people: the library owns both streams until the editor leaves.
        let (connection, threads) = Connection::stdio();
        let today = super::contract_lint::today(setting);
        let ended = serve(&connection, Gate::new(today));
        // The writer ends when nobody can send any more.
        drop(connection);
        threads.join().map_err(|error| Failure::failed(codes::OUTPUT, "the editor has left").because(&error))?;
        ended
    }
}

/// What the server can do, in the protocol's words: whole texts are sent at each change.
fn abilities() -> Value {
    json!({
        "textDocumentSync": {"openClose": true, "change": 1},
        "hoverProvider": true,
        "definitionProvider": true,
        "positionEncoding": "utf-16",
    })
}

fn serve(connection: &Connection, gate: Gate) -> Result<(), Failure> {
    let broken =
        |error: &dyn std::error::Error| Failure::failed(codes::INPUT, "not the protocol of an editor").because(error);
    let said = connection.initialize(abilities()).map_err(|error| broken(&error))?;
    let mut documents = Documents::new(gate, Folders::of(&said));
    for message in &connection.receiver {
        let answers = match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(|error| broken(&error))? {
                    return Ok(());
                }
                vec![Message::Response(answer(&documents, &request))]
            }
            Message::Notification(notification) => take(&mut documents, &notification),
            Message::Response(_) => Vec::new(),
        };
        for answer in answers {
            connection.sender.send(answer).map_err(|error| broken(&error))?;
        }
    }
    Ok(())
}

fn answer(documents: &Documents, request: &Request) -> Response {
    match request.method.as_str() {
        "textDocument/hover" => Response::new_ok(request.id.clone(), documents.hover(&request.params)),
        "textDocument/definition" => Response::new_ok(request.id.clone(), documents.definition(&request.params)),
        other => {
            let unknown = lsp_server::ErrorCode::MethodNotFound as i32;
            Response::new_err(request.id.clone(), unknown, format!("`{other}` is not known here"))
        }
    }
}

/// What a notification makes worth telling.
fn take(documents: &mut Documents, notification: &Notification) -> Vec<Message> {
    let params = &notification.params;
    let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str) else { return Vec::new() };
    match notification.method.as_str() {
        "textDocument/didOpen" => documents.change(uri, params.pointer("/textDocument/text")),
        "textDocument/didChange" => documents.change(uri, params.pointer("/contentChanges/0/text")),
        "textDocument/didClose" => documents.close(uri),
        _ => return Vec::new(),
    }
    let all = documents.diagnostics(uri).into_iter().map(|params| {
        Message::Notification(Notification { method: "textDocument/publishDiagnostics".to_owned(), params })
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(method: &str, params: Value) -> Message {
        Message::Notification(Notification { method: method.to_owned(), params })
    }

    #[test]
    fn an_editor_gets_faults_and_help() {
        let (server, editor) = Connection::memory();
        let serving = std::thread::spawn(move || serve(&server, Gate::new("2026-11-22".parse().expect("a day"))));
        let send = |message| editor.sender.send(message).expect("a server");
        let receive = || editor.receiver.recv().expect("an answer");
        send(Message::Request(Request {
            id: 1.into(),
            method: "initialize".to_owned(),
            params: json!({"capabilities": {}}),
        }));
        let Message::Response(initialized) = receive() else { panic!("no answer") };
        assert!(initialized.response_result.is_ok_and(|result| result["capabilities"]["hoverProvider"] == true));
        send(notification("initialized", json!({})));

        let uri = "file:///bank/contracts/loans.v1.odcs.yaml";
        let text = "kind: DataContract\n\"größe 🏦\": 1\nkind: x\n";
        send(notification("textDocument/didOpen", json!({"textDocument": {"uri": uri, "text": text}})));
        let Message::Notification(told) = receive() else { panic!("no faults") };
        assert_eq!((told.method.as_str(), &told.params["uri"]), ("textDocument/publishDiagnostics", &json!(uri)));
        let faults = told.params["diagnostics"].as_array().expect("faults");
        let unknown = faults.iter().find(|fault| fault["code"] == "FC-0006").expect("the unknown key");
        assert_eq!(
            unknown["range"],
            json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 10}})
        );
        let twice = faults.iter().find(|fault| fault["code"] == "FC-0002").expect("the repeated key");
        assert_eq!(twice["relatedInformation"][0]["location"]["range"]["start"], json!({"line": 0, "character": 0}));

        let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 2}});
        send(Message::Request(Request { id: 2.into(), method: "textDocument/hover".to_owned(), params: hover }));
        let Message::Response(hover) = receive() else { panic!("no answer") };
        let hover = hover.response_result.expect("help");
        assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("DataContract")), "{hover}");

        send(notification("textDocument/didClose", json!({"textDocument": {"uri": uri}})));
        let Message::Notification(told) = receive() else { panic!("nothing is cleared") };
        assert_eq!(told.params["diagnostics"], json!([]));
        send(Message::Request(Request {
            id: 3.into(),
            method: "textDocument/references".to_owned(),
            params: json!({}),
        }));
        let Message::Response(unknown) = receive() else { panic!("no answer") };
        assert!(unknown.response_result.is_err());
        send(Message::Request(Request { id: 4.into(), method: "shutdown".to_owned(), params: Value::Null }));
        let _ = receive();
        send(notification("exit", Value::Null));
        assert!(serving.join().expect("no panic").is_ok());
    }
}
