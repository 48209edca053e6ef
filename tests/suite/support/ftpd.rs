//! Real FTP servers in a folder of their own, with certificates made on the spot. They need the rights of root, though
//! none of the machine's users.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use super::needs::{need, not_allowed};

const PATIENCE: Duration = Duration::from_secs(20);
/// Of the user "user" with the password "pass".
const HASH: &str =
    "$6$longshore$3d/tYc31b0/ALdzNvjxBYx1Beh7gWgQKPEYkhB8hS.EMLRYXeoDEDYRqB4cHNzlhCkYxSaPmSxS1Y5dSq1nHW1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Make {
    /// Wants each data connection to resume the session of its control connection.
    Vsftpd,
    PureFtpd,
    Proftpd,
}

pub(crate) struct Ftpd {
    child: Child,
    folder: TempDir,
    port: u16,
    make: Make,
}

impl Ftpd {
    /// `None`: it is not here, or may not be started; that was said.
    pub(crate) fn start(make: Make) -> Option<Self> {
        let program = need(match make {
            Make::Vsftpd => "vsftpd",
            Make::PureFtpd => "pure-ftpd",
            Make::Proftpd => "proftpd",
        })?;
        if !rustix::process::geteuid().is_root() {
            not_allowed("start FTP servers");
            return None;
        }
        let folder = TempDir::new().expect("a folder");
        let at = folder.path();
        fs::create_dir_all(at.join("root/pub")).expect("folders");
        // Users of the servers are nobody's, and their way to the files leads through here.
        for (open, rights) in [("", 0o755), ("root", 0o755), ("root/pub", 0o777)] {
            let rights = std::os::unix::fs::PermissionsExt::from_mode(rights);
            fs::set_permissions(at.join(open), rights).expect("rights");
        }
        certificates(at);
        let port = free_port();
        let mut command = match make {
            Make::Vsftpd => vsftpd(&program, at, port),
            Make::PureFtpd => pure_ftpd(&program, at, port)?,
            Make::Proftpd => proftpd(&program, at, port),
        };
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { child: child.expect("a server"), folder, port, make };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{make:?} does not listen");
            std::thread::yield_now();
        }
        Some(server)
    }

    /// An address within the folder where anybody may write.
    pub(crate) fn url(&self, scheme: &str, name: &str) -> String {
        let user = if self.make == Make::Vsftpd { "" } else { "user:pass@" };
        format!("{scheme}://{user}localhost:{}/pub/{name}", self.port)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("root/pub").join(name)
    }

    /// Who signed the server's certificate.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

impl Drop for Ftpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

fn certificates(at: &Path) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "FTP authority");
    let key = KeyPair::generate().expect("a key");
    let ca = params.self_signed(&key).expect("a certificate").pem();
    let authority = Issuer::new(params, key);
    let key = KeyPair::generate().expect("a key");
    let names = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    let leaf = CertificateParams::new(names).expect("names").signed_by(&key, &authority).expect("signed");
    let (leaf, key) = (leaf.pem(), key.serialize_pem());
    let files =
        [("ca.pem", ca), ("cert.pem", leaf.clone()), ("key.pem", key.clone()), ("both.pem", key + &leaf)];
    for (name, text) in files {
        private(&at.join(name), &text);
    }
}

/// Servers want their configuration to be nobody else's.
fn private(file: &Path, text: &str) {
    fs::write(file, text).expect("written");
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("rights");
}

fn vsftpd(program: &Path, at: &Path, port: u16) -> Command {
    let folder = at.display();
    let text = format!(
        "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nrun_as_launching_user=YES\n\
         anonymous_enable=YES\nftp_username=root\nanon_root={folder}/root\nno_anon_password=YES\nlocal_enable=NO\n\
         write_enable=YES\nanon_upload_enable=YES\nanon_mkdir_write_enable=YES\nanon_other_write_enable=YES\n\
         anon_world_readable_only=NO\nanon_umask=022\nseccomp_sandbox=NO\nxferlog_enable=NO\n\
         connect_from_port_20=NO\nssl_enable=YES\nallow_anon_ssl=YES\nrequire_ssl_reuse=YES\nssl_ciphers=HIGH\n\
         rsa_cert_file={folder}/cert.pem\nrsa_private_key_file={folder}/key.pem\n"
    );
    let file = at.join("vsftpd.conf");
    private(&file, &text);
    let mut command = Command::new(program);
    let _ = command.arg(file);
    command
}

fn pure_ftpd(program: &Path, at: &Path, port: u16) -> Option<Command> {
    let users = need("pure-pw")?;
    let (list, table) = (at.join("users"), at.join("users.pdb"));
    // It has no place for a password but its standard input, but takes a hash from the file.
    private(&list, &format!("user:{HASH}:65534:65534::{}/root/./::::::::::::\n", at.display()));
    let made = Command::new(users).arg("mkdb").arg(&table).arg("-f").arg(&list).status();
    assert!(made.is_ok_and(|made| made.success()), "no table of users");
    let mut command = Command::new(program);
    let _ =
        command.args(["-S", &format!("127.0.0.1,{port}"), "-A", "-j", "-E", "-H", "-u", "100", "-Y", "1"]);
    let _ = command.arg("-2").arg(at.join("both.pem")).arg("-l").arg(format!("puredb:{}", table.display()));
    Some(command)
}

fn proftpd(program: &Path, at: &Path, port: u16) -> Command {
    private(&at.join("users"), &format!("user:{HASH}:65534:65534::{}/root:/bin/sh\n", at.display()));
    let modules = program.parent().map(|folder| folder.join("../lib/proftpd")).unwrap_or_default();
    let (folder, modules) = (at.display(), modules.display());
    let text = format!(
        "ServerType standalone\nServerName t\nDefaultAddress 127.0.0.1\nPort {port}\nUseIPv6 off\nUser nobody\n\
         Group nogroup\nModulePath {modules}\nLoadModule mod_tls.c\nPidFile {folder}/pid\n\
         ScoreboardFile {folder}/scores\nSystemLog {folder}/log\nAuthUserFile {folder}/users\n\
         AuthOrder mod_auth_file.c\nRequireValidShell off\nAllowStoreRestart on\nAllowRetrieveRestart on\n\
         AllowOverwrite on\nWtmpLog off\nTransferLog none\nDelayEngine off\nTLSEngine on\nTLSRequired off\n\
         TLSECCertificateFile {folder}/cert.pem\nTLSECCertificateKeyFile {folder}/key.pem\n"
    );
    let file = at.join("proftpd.conf");
    private(&file, &text);
    let mut command = Command::new(program);
    let _ = command.args(["-n", "-q", "-c"]).arg(file);
    command
}
