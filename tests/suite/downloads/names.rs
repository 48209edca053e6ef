//! File names as strangers give them: always one harmless file in the folder that was chosen.

use super::once;
use crate::support::fault_server::{Behaviour, Content, FaultServer, Resource};
use crate::support::rig::{Rig, names};

fn small() -> Content {
    Content::new(2, 100)
}

fn named(header: &[u8]) -> Resource {
    Resource::bytes(small()).with(Behaviour::ContentDisposition(header.to_vec()))
}

#[test]
fn whatever_the_server_says_the_file_is_one_in_the_folder() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let long = format!("attachment; filename=\"{}.tar.gz\"", "n".repeat(400));
    let wide = format!("attachment; filename=\"{}.bin\"", "\u{4e2d}".repeat(200));
    let long_name = format!("{}.tar.gz", "n".repeat(238));
    let wide_name = format!("{}.bin", "\u{4e2d}".repeat(80));
    let cases: Vec<(&[u8], &str)> = vec![
        (b"attachment; filename=plain.bin", "plain.bin"),
        (b"attachment; filename=\"two words.bin\"; size=100", "two words.bin"),
        (b"attachment; filename=fallback.bin; filename*=UTF-8''%e2%82%ac%20rates.bin", "\u{20ac} rates.bin"),
        (b"attachment; filename*=iso-8859-1'en'%A3%20rates.bin", "\u{a3} rates.bin"),
        (b"attachment; filename=percent%20sign.bin", "percent sign.bin"),
        (b"attachment; filename=\"100%.bin\"", "100%.bin"),
        (b"attachment; filename=\"caf\xe9.bin\"", "caf\u{e9}.bin"),
        ("attachment; filename=\"na\u{ef}ve.bin\"".as_bytes(), "na\u{ef}ve.bin"),
        (b"attachment; filename=\"../../up.bin\"", "up.bin"),
        (b"attachment; filename=\"..%2f..%2fup-coded.bin\"", "up-coded.bin"),
        (b"attachment; filename=\"/etc/absolute.bin\"", "absolute.bin"),
        (b"attachment; filename=\"C:\\folder\\windows.bin\"", "windows.bin"),
        (b"attachment; filename=\"\\\\\\\\host\\\\share\\\\network.bin\"", "network.bin"),
        (b"attachment; filename=\".hidden.bin\"", "hidden.bin"),
        (b"attachment; filename=\"...dots.bin...\"", "dots.bin"),
        (b"attachment; filename=\"spaces.bin  \"", "spaces.bin"),
        (b"attachment; filename*=UTF-8''line%0d%0abreak.bin", "line break.bin"),
        (b"attachment; filename*=UTF-8''zero%00byte.bin", "zero_byte.bin"),
        (b"attachment; filename*=UTF-8''gpj.%E2%80%AEexe.bin", "gpj.exe.bin"),
        (b"attachment; filename=\"a<b>c:d|e?f*g.bin\"", "a_b_c_d_e_f_g.bin"),
        (b"attachment; filename=\"unclosed.bin", "unclosed.bin"),
        (long.as_bytes(), &long_name),
        (wide.as_bytes(), &wide_name),
    ];
    let mut added = Vec::new();
    for (turn, (header, _)) in cases.iter().enumerate() {
        added.push(rig.add(&server.serve(&format!("/{turn}"), named(header))));
    }
    for (id, (header, name)) in added.into_iter().zip(&cases) {
        let file = rig.wait_file(id);
        let header = String::from_utf8_lossy(header);
        assert_eq!(file, rig.downloads().join(name), "{header}");
        small().verify_file(&file).expect("the right bytes");
    }
    assert_eq!(rig.files().len(), cases.len());
    let around = names(rig.downloads().parent().expect("a parent"));
    assert_eq!(around, ["data", "downloads"], "nothing beside the folder");
}

#[test]
fn a_name_that_says_nothing_is_taken_from_the_address_or_the_host() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    for (path, header, name) in [
        ("/from-address.bin", "attachment; filename=\"\"", "from-address.bin"),
        ("/dots.bin", "attachment; filename=\"..\"", "dots.bin"),
        ("/slash.bin", "attachment; filename=\"a/\"", "slash.bin"),
        ("/blank.bin", "attachment; filename=\"   \"", "blank.bin"),
        ("/none.bin", "attachment", "none.bin"),
        ("/", "inline", "127.0.0.1"),
    ] {
        let id = rig.add(&server.serve(path, named(header.as_bytes())));
        assert_eq!(rig.wait_file(id), rig.downloads().join(name), "{path} {header}");
    }
}

#[test]
fn ten_of_one_name_become_ten_files() {
    let server = FaultServer::start();
    let mut rig = Rig::new();
    let header = b"attachment; filename=same.bin";
    let urls: Vec<_> = (0..10).map(|turn| server.serve(&format!("/{turn}"), named(header))).collect();
    let ids: Vec<_> = urls.iter().map(|url| rig.add_new(once(url))).collect();
    for id in ids {
        small().verify_file(&rig.wait_file(id)).expect("the right bytes");
    }
    let mut wanted: Vec<_> = (1..10).map(|number| format!("same ({number}).bin")).collect();
    wanted.push("same.bin".to_owned());
    wanted.sort();
    assert_eq!(rig.files(), wanted);
}
