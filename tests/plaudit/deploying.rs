//! What administrators install: the archive, the units, the image, the cluster's file. Each is held to the program.

use crate::school::School;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Where the units expect the program.
const PROGRAM: &str = "/usr/local/bin/plaudit";
const SERVICES: [&str; 2] = ["deploy/systemd/plaudit.service", "deploy/systemd/plaudit-run.service"];
const TIMER: &str = "deploy/systemd/plaudit-run.timer";

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(here(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Packs the program into a folder, by somebody with this umask in this zone; gives the path that the script prints.
fn pack(out: &TempDir, umask: &str, zone: &str) -> PathBuf {
    let output = Command::new("bash")
        .args(["-c", "umask \"$0\" && exec \"$@\"", umask])
        .arg(here("scripts/release"))
        .arg(env!("CARGO_BIN_EXE_plaudit"))
        .envs([("SOURCE_DATE_EPOCH", "1772409600"), ("TZ", zone)])
        .env("OUT", out.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(printed.lines().last().unwrap())
}

#[test]
fn the_same_program_is_packed_into_the_same_bytes_whoever_packs_it() {
    let (mine, yours) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mine, yours) = std::thread::scope(|both| {
        let first = both.spawn(|| pack(&mine, "022", "UTC"));
        let second = both.spawn(|| pack(&yours, "077", "Asia/Tokyo"));
        let archives = (first.join().unwrap(), second.join().unwrap());
        assert!(std::fs::read(&archives.0).unwrap() == std::fs::read(&archives.1).unwrap(), "the archives differ");
        (archives.0.with_extension("gz.sha256"), archives.1.with_extension("gz.sha256"))
    });
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), std::fs::read_to_string(&yours).unwrap());
    let checked =
        Command::new("sha256sum").arg("--check").arg(&mine).current_dir(mine.parent().unwrap()).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn an_archive_unpacked_in_an_empty_folder_runs_the_sample_without_any_environment() {
    let (out, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = pack(&out, "022", "UTC");
    assert!(Command::new("tar").arg("-xzf").arg(&archive).current_dir(&empty).status().unwrap().success());
    let folder = empty.path().join(archive.file_name().unwrap().to_str().unwrap().trim_end_matches(".tar.gz"));
    let named = format!("plaudit-{}-{}-linux", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    assert!(folder.ends_with(&named), "{} is not {named}", folder.display());
    for name in ["INSTALL", "LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md", "docs/operations.md", SERVICES[0], TIMER] {
        assert!(folder.join(name).is_file(), "{name} is missing");
    }
    let ended = Command::new(folder.join("plaudit")).arg("run").env_clear().current_dir(&folder).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    let mut kinds = BTreeSet::new();
    extensions(&folder.join("reports"), &mut kinds);
    assert!(kinds.contains("pdf") && kinds.contains("eml"), "{kinds:?}");
}

/// The extensions of the files below a folder.
fn extensions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            extensions(&path, found);
        } else {
            found.extend(path.extension().map(|extension| extension.to_string_lossy().into_owned()));
        }
    }
}

/// The settings of a unit: section, key, value. Each line must be one that systemd reads.
fn unit(name: &str) -> Vec<(String, String, String)> {
    let (mut section, mut settings) = (String::new(), Vec::new());
    for (line, number) in read(name).lines().zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(inner) = line.strip_prefix('[') {
            section = inner.trim_end_matches(']').to_string();
            let known = ["Unit", "Service", "Timer", "Install"].contains(&section.as_str());
            assert!(known && line.ends_with(']'), "{name}:{number}: {line}");
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{name}:{number}: {line}"));
        let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric());
        assert!(is_key && !section.is_empty(), "{name}:{number}: {line}");
        settings.push((section.clone(), key.to_string(), value.to_string()));
    }
    settings
}

/// What a unit sets a key to, in order.
fn set(unit: &[(String, String, String)], key: &str) -> Vec<String> {
    unit.iter().filter(|(_, own, _)| own == key).map(|(_, _, value)| value.clone()).collect()
}

#[test]
fn both_services_are_run_by_nobody_special_and_shut_in_alike() {
    let units = SERVICES.map(unit);
    let shut_in = |unit: &[(String, String, String)]| {
        let from = unit.iter().position(|(_, key, _)| key == "StateDirectory").unwrap();
        unit[from..].iter().filter(|(section, _, _)| section == "Service").cloned().collect::<Vec<_>>()
    };
    assert_eq!(shut_in(&units[0]), shut_in(&units[1]));
    for (name, unit) in SERVICES.iter().zip(&units) {
        for (key, value) in [
            ("User", "plaudit"),
            ("UMask", "0077"),
            ("ProtectSystem", "strict"),
            ("NoNewPrivileges", "yes"),
            ("CapabilityBoundingSet", ""),
            ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
            // Ten minutes are the default of `reply_timeout_seconds`.
            ("TimeoutStopSec", "11min"),
        ] {
            assert_eq!(set(unit, key), [value], "{name}: {key}");
        }
    }
    assert_eq!(set(&unit(TIMER), "Persistent"), ["yes"]);
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let units = [SERVICES[0], SERVICES[1], TIMER].map(|name| {
        let path = folder.path().join(Path::new(name).file_name().unwrap());
        std::fs::write(&path, read(name).replace(PROGRAM, env!("CARGO_BIN_EXE_plaudit"))).unwrap();
        path
    });
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    // It also tells of the machine's own units.
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("plaudit")).collect();
    assert!(ours.is_empty(), "{ours:#?}");
    assert!(verified.status.success() || !said.is_empty());
}

/// The lines of cron's table: the five fields of time, the user, the command.
fn cron() -> Vec<(Vec<String>, String, String)> {
    let text = read("deploy/cron/plaudit");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_setting = |line: &&str| line.split_once('=').is_some_and(|(name, _)| name.chars().all(char::is_alphabetic));
    lines
        .filter(|line| !is_setting(line))
        .map(|line| {
            let mut words = line.splitn(7, ' ');
            let times: Vec<String> = words.by_ref().take(5).map(str::to_string).collect();
            (times, words.next().unwrap().to_string(), words.next().unwrap().to_string())
        })
        .collect()
}

#[test]
fn every_line_for_cron_is_one_that_cron_understands() {
    let lines = cron();
    assert_eq!(lines.len(), 2);
    for (times, user, command) in lines {
        let is_time = |field: &String| field.chars().all(|letter| letter.is_ascii_digit() || "*/,-".contains(letter));
        assert!(times.iter().all(is_time), "{times:?}");
        assert_eq!(user, "plaudit");
        assert!(!command.contains('%'), "cron ends a command there: {command}");
        assert!(Command::new("/bin/sh").args(["-n", "-c", &command]).status().unwrap().success(), "{command}");
    }
}

#[test]
fn cron_is_told_nothing_unless_something_went_wrong() {
    let school = School::usual();
    school.run();
    let program = Path::new(env!("CARGO_BIN_EXE_plaudit")).parent().unwrap();
    let (_, _, command) = cron().into_iter().find(|(_, _, command)| command.contains("plaudit purge")).unwrap();
    let told = |config: &Path| {
        let command = command.replace("/srv/plaudit/config.yaml", &config.display().to_string());
        let output = Command::new("/bin/sh").args(["-c", &command]).env("PATH", program).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(told(&school.path("config.yaml")), "");
    let gone = told(&school.path("gone.yaml"));
    assert!(gone.contains("gone.yaml: cannot be read"), "{gone}");
}

/// The instructions of the Dockerfile, with their continued lines.
fn instructions() -> Vec<(String, String)> {
    let text = read("deploy/docker/Dockerfile").replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(word, rest)| (word.to_string(), rest.to_string())).collect()
}

/// The values of one instruction of the Dockerfile.
fn instructed(word: &str) -> Vec<String> {
    instructions().into_iter().filter(|(own, _)| own == word).map(|(_, rest)| rest).collect()
}

#[test]
fn the_image_is_built_from_files_that_are_there_and_handed_to_the_builder() {
    let ignored = read(".dockerignore");
    let copies = instructed("COPY").into_iter().filter(|rest| !rest.starts_with("--from"));
    let mut sources = BTreeSet::new();
    for copy in copies {
        let words: Vec<&str> = copy.split_whitespace().collect();
        sources.extend(words[..words.len() - 1].iter().map(|source| (*source).to_string()));
    }
    assert!(sources.len() >= 5, "{sources:?}");
    for source in &sources {
        assert!(here(source).exists(), "{source} is not there");
    }
    assert!(ignored.lines().any(|line| line == "*"), "what is not named stays here, the state above all");
    let handed_on = ignored.lines().filter_map(|line| Some(line.strip_prefix('!')?.to_string()));
    assert_eq!(handed_on.collect::<BTreeSet<_>>(), sources, "nothing is handed on that is not used");
}

#[test]
fn the_image_is_built_by_the_rust_that_the_program_asks_for_and_run_by_a_user_with_a_number() {
    let stages = instructed("FROM");
    assert!(stages[0].starts_with(&format!("rust:{}-", env!("CARGO_PKG_RUST_VERSION"))), "{stages:?}");
    let debian = stages[1].trim_start_matches("debian:").trim_end_matches("-slim");
    assert!(stages[0].contains(&format!("-{debian} ")), "the C library of another Debian: {stages:?}");
    let all = instructions();
    let runtime = all.iter().rposition(|(word, _)| word == "FROM").unwrap();
    let user = &all[runtime..].iter().rfind(|(word, _)| word == "USER").unwrap().1;
    assert!(user.split(':').all(|number| number.parse::<u32>().is_ok_and(|number| number >= 1000)), "{user}");
}

/// The documents of a YAML file.
fn documents(name: &str) -> Vec<Value> {
    let text = read(name);
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap());
    documents.collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_sequence().into_iter().flatten().map(|text| text.as_str().unwrap().to_string()).collect()
}

#[test]
fn compose_mails_to_its_own_catcher_and_is_reached_from_this_machine_alone() {
    let compose = &documents("deploy/docker/compose.yaml")[0];
    let config = &documents("deploy/docker/config.yaml")[0];
    plaudit::config::load(&here("deploy/docker/config.yaml")).unwrap();
    let services = compose["services"].as_mapping().unwrap();
    let smtp = &config["delivery"]["smtp"];
    assert!(services.contains_key(&smtp["host"]), "{smtp:?}");
    assert_eq!((smtp["tls"].as_str(), &smtp["plain_text_to"]), (Some("none"), &smtp["host"]));
    for (name, service) in services {
        for port in texts(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name:?}: {port}");
        }
        for volume in texts(&service["volumes"]) {
            let from = volume.split(':').next().unwrap();
            assert!(from == "." || compose["volumes"].as_mapping().unwrap().contains_key(from), "{name:?}: {volume}");
        }
    }
    let mounts = texts(&compose["services"]["plaudit"]["volumes"]);
    let is_writable = |folder: &str| mounts.iter().any(|mount| mount.ends_with(&format!(":{folder}")));
    let lies_there = |path: &Value| path.as_str().unwrap().starts_with("/var/lib/plaudit/");
    assert!(is_writable("/var/lib/plaudit"), "{mounts:?}");
    assert!(lies_there(&config["state"]) && lies_there(&config["delivery"]["folder"]));
}

#[test]
fn the_cluster_runs_a_config_that_is_right_one_run_at_a_time_and_never_as_root() {
    let all = documents("deploy/kubernetes/cronjob.yaml");
    let of_kind = |kind: &str| all.iter().filter(|one| one["kind"].as_str() == Some(kind)).collect::<Vec<_>>();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yaml");
    std::fs::write(&config, of_kind("ConfigMap")[0]["data"]["config.yaml"].as_str().unwrap()).unwrap();
    plaudit::config::load(&config).unwrap();
    let job = of_kind("CronJob")[0];
    assert_eq!(job["spec"]["concurrencyPolicy"].as_str(), Some("Forbid"));
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    let container = &pod["containers"][0];
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"].as_bool(), Some(true));
    let names = |list: &Value| -> BTreeSet<String> {
        list.as_sequence().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(names(&container["volumeMounts"]), names(&pod["volumes"]));
    for volume in pod["volumes"].as_sequence().unwrap() {
        let claim = &volume["persistentVolumeClaim"]["claimName"];
        let is_claimed = of_kind("PersistentVolumeClaim").iter().any(|one| &one["metadata"]["name"] == claim);
        assert!(claim.is_null() || is_claimed, "{volume:?}");
    }
}

/// The words behind each mention of the program in a line of a shell, up to the end of the command.
fn typed(line: &str) -> Vec<Vec<String>> {
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_start_matches("said=$(")).collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_name = at > 0 && ["-n", "-u"].contains(&words[at - 1]);
        let is_folder = ["/srv/plaudit", "/var/lib/plaudit"].contains(word);
        let is_program = *word == "plaudit" || (word.ends_with("/plaudit") && !is_folder);
        let next = words.get(at + 1).copied().unwrap_or_default();
        if is_program && !is_name && is_word(next) && next != "plaudit" {
            let rest = words[at + 1..].iter().take_while(|word| !["|", "||", "&&"].contains(word));
            found.push(rest.map(|word| word.trim_end_matches(')').to_string()).collect());
        }
    }
    found
}

/// Whether this can be the name of a command.
fn is_word(text: &str) -> bool {
    text.starts_with(char::is_lowercase) && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
}

/// All commands that these files start or tell people to type, each with where it stands.
fn commands() -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for name in SERVICES {
        for line in set(&unit(name), "ExecStart") {
            all.extend(typed(&line).into_iter().map(|words| (name.to_string(), words)));
        }
    }
    let cron = cron().into_iter().flat_map(|(_, _, command)| typed(&command));
    all.extend(cron.map(|words| ("deploy/cron/plaudit".to_string(), words)));
    let page = read("docs/operations.md");
    let named = page.split('`').skip(1).step_by(2).filter(|code| code.starts_with("plaudit "));
    let typed_there = page.lines().filter(|line| line.starts_with("    ")).chain(named).flat_map(typed);
    all.extend(typed_there.map(|words| ("docs/operations.md".to_string(), words)));
    let program = |list: Vec<String>| match list.iter().position(|word| word == "plaudit") {
        Some(at) => list[at + 1..].to_vec(),
        None => list,
    };
    let started = instructed("CMD").into_iter().chain(instructed("HEALTHCHECK"));
    for list in started.map(|rest| serde_json::from_str(&rest[rest.find('[').unwrap()..]).unwrap()) {
        all.push(("deploy/docker/Dockerfile".to_string(), program(list)));
    }
    let compose = &documents("deploy/docker/compose.yaml")[0]["services"];
    for list in [&compose["plaudit"]["healthcheck"]["test"], &compose["sample"]["command"]] {
        all.push(("deploy/docker/compose.yaml".to_string(), program(texts(list))));
    }
    let last = documents("deploy/kubernetes/cronjob.yaml").pop().unwrap();
    let container = &last["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
    all.push(("deploy/kubernetes/cronjob.yaml".to_string(), texts(&container["args"])));
    all
}

#[test]
fn every_command_in_these_files_is_one_of_the_program_with_flags_that_it_has() {
    let school = School::usual();
    let all = commands();
    assert!(all.len() >= 15, "{all:#?}");
    let from: BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(from.len(), 7, "{from:?}");
    for (name, words) in &all {
        let command: Vec<&str> = words.iter().map(String::as_str).take_while(|word| is_word(word)).collect();
        let help = school.plaudit(&format!("{} --help", command.join(" ")));
        assert!(!command.is_empty() && help.code == 0, "{name}: {words:?}\n{}", help.stderr);
        let known: BTreeSet<&str> = help.stdout.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(known.contains(flag.as_str()), "{name}: {words:?} has no {flag}");
        }
    }
}

#[test]
fn operations_has_a_word_on_every_file_that_is_installed() {
    let page = read("docs/operations.md");
    for folder in ["systemd", "cron", "docker", "kubernetes"] {
        for entry in std::fs::read_dir(here("deploy").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(page.contains(&name), "docs/operations.md lacks {folder}/{name}");
        }
    }
}
