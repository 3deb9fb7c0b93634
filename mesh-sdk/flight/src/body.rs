//! The body of a DoGet answer, made of the frames' own buffers instead of copies in the codec.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Response};
use http_body::Frame as BodyFrame;
use tonic::Status;
use tonic::body::Body;

use crate::pump::{Frames, Handoff};
use crate::refusal::Refusal;

/// Replaces the body of a response that hands over frames; every other response passes as it is.
pub(crate) fn take_over(mut response: Response<Body>) -> Response<Body> {
    match response.extensions_mut().remove::<Handoff>().and_then(|handoff| handoff.claim()) {
        Some(frames) => response.map(|_| Body::new(FrameBody { frames, chunks: VecDeque::new(), ended: false })),
        None => response,
    }
}

struct FrameBody {
    frames: Frames,
    chunks: VecDeque<Bytes>,
    ended: bool,
}

impl http_body::Body for FrameBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, Status>>> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                return Poll::Ready(Some(Ok(BodyFrame::data(chunk))));
            }
            if self.ended {
                return Poll::Ready(None);
            }
            let frame = ready!(self.frames.poll_next_unpin(context));
            let chunks = frame.map(|frame| {
                frame.and_then(|frame| frame.into_chunks().map_err(|error| Refusal::Encoding(error).into()))
            });
            match chunks {
                Some(Ok(chunks)) => self.chunks.extend(chunks),
                Some(Err(status)) => {
                    self.ended = true;
                    return Poll::Ready(Some(trailers(&status).map(BodyFrame::trailers)));
                }
                None => {
                    self.ended = true;
                    return Poll::Ready(Some(trailers(&Status::ok("")).map(BodyFrame::trailers)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.chunks.is_empty()
    }
}

fn trailers(status: &Status) -> Result<HeaderMap<HeaderValue>, Status> {
    let mut trailers = HeaderMap::new();
    status.add_header(&mut trailers)?;
    Ok(trailers)
}
