//! A real object storage on 127.0.0.1, in this process: `s3s-fs` on a folder, behind HTTP.

use std::path::PathBuf;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use outbound::objects::{ObjectSettings, Objects};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// The id of the key that is let in.
pub const KEY_ID: &str = "tenantatlas-test";
/// Its secret. Nothing may ever show it.
pub const KEY_SECRET: &str = "canary-object-secret-51c0";
/// The bucket that is there.
pub const BUCKET: &str = "contents";

/// The storage. Gone when dropped.
#[derive(Debug)]
pub struct ObjectServer {
    address: String,
    folder: TempDir,
    serving: JoinHandle<()>,
}

impl ObjectServer {
    /// Serves an empty bucket.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("the bucket");
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a folder to serve"));
        builder.set_auth(SimpleAuth::from_single(KEY_ID, KEY_SECRET));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let serving = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                // Without it small answers wait 40 ms for the other side's word.
                let _ = socket.set_nodelay(true);
                let service = service.clone();
                open.spawn(async move {
                    // A connection that breaks off is the client's to notice.
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        Self { address, folder, serving }
    }

    /// Stops serving: whoever asks finds nobody.
    pub fn stop(&self) {
        self.serving.abort();
    }

    /// How it is asked.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn settings(&self) -> ObjectSettings {
        ObjectSettings {
            endpoint: Url::parse(&format!("http://{}", self.address)).expect("an address"),
            allow_http: false,
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            prefix: "atlas".to_owned(),
            path_style: true,
            key_id: KEY_ID.to_owned(),
            secret: SecretString::from(KEY_SECRET),
        }
    }

    /// Who asks it.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn objects(&self) -> Objects {
        Objects::new(&self.settings()).expect("settings that can be used")
    }

    /// Where the bytes of an object are.
    #[must_use]
    pub fn file(&self, key: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join("atlas").join(key)
    }

    /// The folder with the bucket.
    #[must_use]
    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join(BUCKET)
    }
}

impl Drop for ObjectServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
