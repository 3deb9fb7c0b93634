//! A session with an editor, over the binary's own streams.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};
use url::Url;

use crate::run::fince;

/// An editor that has started the binary.
struct Editor {
    server: Child,
    answers: BufReader<ChildStdout>,
    asked: u64,
}

impl Editor {
    fn open(folder: &Path) -> Self {
        let mut command = fince(folder);
        let mut server =
            command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let answers = BufReader::new(server.stdout.take().expect("its answers"));
        let mut editor = Self { server, answers, asked: 0 };
        let uri = Url::from_directory_path(folder).expect("an address");
        let said = json!({"capabilities": {}, "workspaceFolders": [{"uri": uri, "name": "bank"}]});
        let able = editor.ask("initialize", &said);
        assert_eq!(able["capabilities"]["definitionProvider"], true);
        editor.tell("initialized", &json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let stdin = self.server.stdin.as_mut().expect("its questions");
        write!(stdin, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("sent");
        stdin.flush().expect("sent");
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The answer to a request; what is told in between is passed over.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == self.asked {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut len = 0;
        loop {
            let mut line = String::new();
            assert!(self.answers.read_line(&mut line).expect("a line") > 0, "the server has ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => len = number.parse().expect("a length"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; len];
        self.answers.read_exact(&mut body).expect("a message");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Opens a file as it is, and follows the value `text` in it; the name of the file it leads to, and the line's text.
    fn follow(&mut self, path: &Path, text: &str) -> Option<(String, String)> {
        let uri = Url::from_file_path(path).expect("an address");
        let document = fs::read_to_string(path).expect("a file");
        let (number, line) = document.lines().enumerate().find(|(_, line)| line.contains(text)).expect("the value");
        let character = line.find(text).expect("the value") + 1;
        self.tell("textDocument/didOpen", &json!({"textDocument": {"uri": uri, "text": document}}));
        let place = json!({"textDocument": {"uri": uri}, "position": {"line": number, "character": character}});
        let found = self.ask("textDocument/definition", &place);
        let target = Url::parse(found.get("uri")?.as_str()?).expect("an address").to_file_path().expect("a file");
        let number = usize::try_from(found["range"]["start"]["line"].as_u64().expect("a line")).expect("fits");
        let there = fs::read_to_string(&target).expect("a file");
        let name = target.file_name().expect("a name").to_string_lossy().into_owned();
        Some((name, there.lines().nth(number).expect("the line").trim().to_owned()))
    }

    fn close(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        assert!(self.server.wait().expect("ends").success());
    }
}

#[test]
fn values_lead_to_what_they_name_in_other_files_of_the_workspace() {
    let mesh = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the mesh's folder");
    let folder = tempfile::tempdir().expect("a folder");
    let names = [
        "contracts/lending/loans.v1.odcs.yaml",
        "contracts/lending/repayment_schedules.v1.odcs.yaml",
        "domains/lending/product.odps.yaml",
    ];
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::copy(mesh.join(name), path).expect("copied");
    }
    let [_, schedules, product] = names.map(|name| folder.path().join(name));
    let mut editor = Editor::open(folder.path());
    let led = |file: &str, line: &str| Some((file.to_owned(), line.to_owned()));
    assert_eq!(editor.follow(&schedules, "loans.loan_id"), led("loans.v1.odcs.yaml", "- name: loan_id"));
    assert_eq!(
        editor.follow(&product, "urn:fince:lending:repayment_schedules"),
        led("repayment_schedules.v1.odcs.yaml", "id: urn:fince:lending:repayment_schedules")
    );
    assert_eq!(editor.follow(&product, "urn:fince:lending:input:hmda_applications"), None, "that file is not here");
    assert_eq!(editor.follow(&schedules, "kind: DataContract"), None, "a word of the standard names nothing");
    editor.close();
}
