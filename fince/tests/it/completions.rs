use crate::run::run;

#[test]
fn each_shell_gets_its_script() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(folder.path(), &["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        assert!(ran.stdout.contains("port-base"), "{shell}");
    }
    assert_eq!(run(folder.path(), &["completions", "tcsh"]).code, 2);
}
