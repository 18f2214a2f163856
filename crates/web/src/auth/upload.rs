//! A form with a large file: its fields come first and decide whether the file is taken; the file is read as it arrives and is never
//! held as a whole.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt as _;

use super::cookies::Cookie;
use super::form::FIELD;
use super::{csrf, multipart};
use crate::backup_file::Arriving;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// What may stand before the file, in bytes.
const MOST_BEFORE: usize = 64 << 10;
const UNREADABLE: Error = Error::BadRequest("The form cannot be understood.");
const CUT: Error = Error::BadRequest("The file did not arrive in full.");

/// A form whose token was verified, with a file that is still to be read.
pub(crate) struct Upload {
    pub(crate) fields: Fields,
    body: BodyDataStream,
    /// What arrived and was not handed on.
    rest: Vec<u8>,
    /// The line that ends the file, with the line break before it.
    end: Vec<u8>,
    done: bool,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Upload(…)")
    }
}

impl FromRequest<WebState> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Error> {
        let secret = Cookie::Session.read(request.headers(), web.options()).ok_or(Error::FormExpired)?;
        let boundary = multipart::boundary(request.headers()).ok_or(UNREADABLE)?;
        let upload = Self::begin(request.into_body(), &boundary).await?;
        let token = upload.fields.one(FIELD).ok_or(Error::FormExpired)?;
        if csrf::verify(&secret, token) { Ok(upload) } else { Err(Error::FormExpired) }
    }
}

impl Upload {
    /// Reads what stands before the file.
    async fn begin(body: Body, boundary: &str) -> Result<Self, Error> {
        let mut body = body.into_data_stream();
        let mut arrived = Vec::new();
        loop {
            if let Some((fields, at)) = multipart::before_file(&arrived, boundary) {
                let rest = arrived.split_off(at);
                let end = format!("\r\n--{boundary}").into_bytes();
                return Ok(Self { fields, body, rest, end, done: false });
            }
            if arrived.len() > MOST_BEFORE {
                return Err(UNREADABLE);
            }
            arrived.extend_from_slice(&next(&mut body).await?.ok_or(UNREADABLE)?);
        }
    }

    /// The next bytes of the file; `None` at its end.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it does not arrive to its end.
    async fn piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        while !self.done {
            if let Some(at) = self.rest.windows(self.end.len()).position(|window| window == self.end) {
                self.rest.truncate(at);
                self.done = true;
                break;
            }
            // The end may have arrived in part.
            let sure = self.rest.len().saturating_sub(self.end.len() - 1);
            if sure > 0 {
                let behind = self.rest.split_off(sure);
                return Ok(Some(std::mem::replace(&mut self.rest, behind)));
            }
            self.rest.extend_from_slice(&next(&mut self.body).await?.ok_or(CUT)?);
        }
        Ok(if self.rest.is_empty() { None } else { Some(std::mem::take(&mut self.rest)) })
    }
}

impl Arriving for Upload {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        Ok(self.piece().await?.map(Bytes::from))
    }
}

async fn next(body: &mut BodyDataStream) -> Result<Option<Bytes>, Error> {
    body.next().await.transpose().map_err(|_| CUT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    const TEXT: &[u8] = b"--x1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--x1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\n\x00\xff\r\n--x\r\n\x01\r\n--x1--\r\n";

    async fn read(text: &'static [u8], at_once: usize) -> Result<(Option<String>, Vec<u8>), Error> {
        let pieces = text.chunks(at_once).map(|piece| Ok::<_, std::convert::Infallible>(Bytes::from_static(piece)));
        let mut upload = Upload::begin(Body::from_stream(stream::iter(pieces)), "x1").await?;
        let mut file = Vec::new();
        while let Some(chunk) = upload.piece().await? {
            file.extend(chunk);
        }
        Ok((upload.fields.one("csrf").map(str::to_owned), file))
    }

    #[tokio::test]
    async fn a_file_comes_as_it_was_sent_however_it_arrives() {
        for at_once in 1..=TEXT.len() {
            let (token, file) = read(TEXT, at_once).await.unwrap();
            assert_eq!((token.as_deref(), file.as_slice()), (Some("token"), &b"\x00\xff\r\n--x\r\n\x01"[..]), "{at_once}");
        }
    }

    #[tokio::test]
    async fn what_is_cut_or_has_no_file_is_refused() {
        for cut in [0, 10, 70, TEXT.len() - 20] {
            assert!(matches!(read(&TEXT[..cut], 16).await, Err(Error::BadRequest(_))), "{cut}");
        }
        let endless: Vec<u8> = b"--x1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n".repeat(5_000);
        assert!(matches!(read(endless.leak(), 4_096).await, Err(Error::BadRequest(_))));
    }
}
