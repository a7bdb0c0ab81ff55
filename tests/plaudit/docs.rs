//! The documentation is held to the program.

use crate::school::School;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Every key of config.yaml as the schema has it: `sources.events[].csv`.
fn keys(node: &Value, path: &str, found: &mut Vec<String>) {
    let node = node.get("anyOf").and_then(|branches| branches.get(0)).unwrap_or(node);
    if let Some(items) = node.get("items") {
        keys(items, &format!("{path}[]"), found);
    }
    for (key, child) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let own = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        keys(child, &own, found);
        found.push(own);
    }
}

#[test]
fn every_key_of_config_is_documented() {
    let mut all = Vec::new();
    keys(&plaudit::config::schema(), "", &mut all);
    assert!(all.len() > 50, "{all:?}");
    let text = read("docs/config.md");
    let missing: Vec<&String> = all.iter().filter(|key| !text.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/config.md lacks {missing:?}");
}

#[test]
fn every_command_and_flag_is_documented() {
    let school = School::usual();
    let text = read("docs/commands.md");
    let plain = [
        "run",
        "check",
        "plan",
        "preview",
        "scores",
        "study",
        "sample",
        "send-test",
        "purge",
        "serve",
        "schedule",
        "explain",
        "schema",
    ];
    let outbox =
        ["list", "show", "retry", "resend", "settle", "cancel", "bounces", "verify"].map(|own| format!("outbox {own}"));
    let contact = ["list", "stop", "allow", "accept", "decline"].map(|own| format!("contact {own}"));
    let person = ["export", "erase"].map(|own| format!("person {own}"));
    let all = plain.map(str::to_string).into_iter().chain(outbox).chain(contact).chain(person);
    for command in all {
        assert!(text.contains(&format!("plaudit {command}")), "docs/commands.md lacks {command}");
        let help = school.plaudit(&format!("{command} --help")).stdout;
        let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
        for flag in flags.map(|flag| flag.trim_end_matches([',', '.', ';'])).filter(|flag| *flag != "--help") {
            assert!(text.contains(flag), "docs/commands.md lacks {flag} of {command}");
        }
        assert!(help.contains("Example"), "{command} has no example:\n{help}");
    }
}

#[test]
fn the_readme_has_the_two_commands() {
    let text = read("README.md");
    assert!(text.contains("cargo run --release -- run") && text.contains("scripts/test"));
}

#[test]
fn the_config_that_comes_with_plaudit_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.yaml");
    plaudit::config::load(&path).unwrap();
}

fn catalogue(language: &str) -> BTreeMap<String, String> {
    serde_yaml::from_str(&read(&format!("templates/words/{language}.yaml"))).unwrap()
}

/// The places of a text: `{name}`.
fn places(text: &str) -> std::collections::BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_has_the_same_words_with_the_same_places() {
    let (english, chinese) = (catalogue("en"), catalogue("zh"));
    assert_eq!(english.keys().collect::<Vec<_>>(), chinese.keys().collect::<Vec<_>>());
    for (key, text) in english.iter().filter(|(key, _)| !key.starts_with("date.week_range")) {
        assert_eq!(places(text), places(&chinese[key]), "{key}");
    }
}

#[test]
fn nothing_that_a_user_reads_shows_the_name_of_a_word_in_place_of_the_word() {
    let mut school = School::usual();
    school.users.push_str("t9,active,true,s1,teacher,t9,Nora,Idle,t9@school.example,,zh\n");
    school.run();
    let families: Vec<String> =
        catalogue("en").keys().filter_map(|key| Some(format!("{}.", key.split_once('.')?.0))).collect();
    let mails = school.files("reports/2026-03-02/mail").into_iter();
    let texts = mails.map(|name| (school.written(name.trim_end_matches(".eml")).text, name));
    let pdfs = school.files("reports/2026-03-02/s1").into_iter();
    let pdfs = pdfs.map(|name| (school.pdf_text(&format!("reports/2026-03-02/s1/{name}")), name));
    for (text, name) in texts.chain(pdfs) {
        let shown =
            text.split_whitespace().find(|word| families.iter().any(|family| word.starts_with(family.as_str())));
        assert_eq!(shown, None, "{name}:\n{text}");
        assert!(!text.contains('{') && !text.contains('}'), "{name} has an open place:\n{text}");
    }
}
