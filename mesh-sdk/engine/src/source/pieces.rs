//! A file as a stream of pieces.

use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt};
use tokio::io::AsyncReadExt;

use super::error::SourceError;

/// Large enough that a piece costs one hop to the blocking pool for a hundred thousand bytes, small enough for memory.
const PIECE_BYTES: usize = 1024 * 1024;

/// Opens a file of a store; a local one is read in larger pieces than the store would by itself.
pub(super) async fn open(
    store: &dyn ObjectStore,
    path: &Path,
    file: &str,
) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
    let found = store.get(path).await.map_err(|cause| unreadable(file, &cause))?;
    let name = file.to_owned();
    Ok(match found.payload {
        GetResultPayload::File(opened, _) => {
            let opened = tokio::fs::File::from_std(opened);
            futures::stream::try_unfold((opened, name), |(mut opened, name)| async move {
                let mut piece = BytesMut::with_capacity(PIECE_BYTES);
                match opened.read_buf(&mut piece).await {
                    Ok(0) => Ok(None),
                    Ok(_) => Ok(Some((piece.freeze(), (opened, name)))),
                    Err(cause) => Err(SourceError::Unreadable { file: name, cause: cause.to_string() }),
                }
            })
            .boxed()
        }
        GetResultPayload::Stream(pieces) => pieces.map_err(move |cause| unreadable(&name, &cause)).boxed(),
    })
}

pub(super) fn unreadable(file: &str, cause: &object_store::Error) -> SourceError {
    SourceError::Unreadable { file: file.to_owned(), cause: cause.to_string() }
}
