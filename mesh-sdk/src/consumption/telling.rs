//! Telling governance what was read. What it refuses for what it says is found out and set aside; for any other reason it is told
//! again.

use std::io;

use mesh_api::{ClientError, PortRead, ReadsRecorded, RecordReads};

/// Why reads are still to be told.
#[derive(Debug, thiserror::Error)]
pub(super) enum TellError {
    #[error(transparent)]
    Governance(#[from] ClientError),
    #[error("a read that governance refuses cannot be set aside")]
    Disk(#[from] io::Error),
}

/// Tells `reads` with as few calls of `record` as the refusals allow. A read that is refused by itself goes to `set_aside`: it must
/// not keep the others from governance, and must not be lost.
///
/// # Errors
/// [`TellError`] when the reads have to be told again.
pub(super) async fn tell<F>(
    reads: &[PortRead],
    record: impl Fn(RecordReads) -> F,
    set_aside: impl Fn(&PortRead, &ClientError) -> io::Result<()>,
) -> Result<(), TellError>
where
    F: Future<Output = Result<ReadsRecorded, ClientError>>,
{
    // The next one is last, so that reads are told in their order.
    let mut parts: Vec<&[PortRead]> = reads.chunks(RecordReads::READS_MAX).rev().collect();
    while let Some(part) = parts.pop() {
        match record(RecordReads { reads: part.to_vec() }).await {
            Ok(_) => {}
            Err(error) if is_for_what_it_says(&error) => match part {
                [read] => set_aside(read, &error)?,
                _ => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether the same words will be refused whenever they are said: too many, or not understood.
fn is_for_what_it_says(error: &ClientError) -> bool {
    error.problem().is_some_and(|problem| matches!(problem.status, 400 | 413 | 422))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use mesh_api::Problem;

    use super::super::tests::a_read;
    use super::*;

    fn reads(count: usize) -> Vec<PortRead> {
        (0..count).map(|number| a_read(number.to_string())).collect()
    }

    fn refusal(status: u16) -> ClientError {
        let text = || "no".to_owned();
        let (kind, title, detail, code) = (text(), text(), text(), "FC-4002".to_owned());
        ClientError::Refused(Box::new(Problem {
            kind,
            title,
            status,
            detail,
            code,
            diagnostics: vec![],
            request_id: None,
        }))
    }

    /// Governance that refuses calls with read 700, and calls of more than 300 reads; what it took, and what was set aside.
    async fn told(status: u16) -> (Vec<String>, Vec<String>, Result<(), TellError>) {
        let (taken, aside) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let record = |request: RecordReads| {
            let taken = &taken;
            async move {
                if request.reads.len() > 300 {
                    return Err(refusal(413));
                }
                if request.reads.iter().any(|read| read.id == "700") {
                    return Err(refusal(status));
                }
                let new = request.reads.len();
                taken.borrow_mut().extend(request.reads.into_iter().map(|read| read.id));
                Ok(ReadsRecorded { new, known: 0 })
            }
        };
        let reads = reads(1_500);
        let ended = tell(&reads, record, |read, _| {
            aside.borrow_mut().push(read.id.clone());
            Ok(())
        });
        let ended = ended.await;
        (taken.into_inner(), aside.into_inner(), ended)
    }

    #[tokio::test]
    async fn one_read_that_is_refused_costs_no_other() {
        let (taken, aside, ended) = told(422).await;
        assert!(ended.is_ok());
        assert_eq!(aside, ["700"]);
        let expected: Vec<String> = (0..1_500).filter(|id| *id != 700).map(|id| id.to_string()).collect();
        assert_eq!(taken, expected);
    }

    #[tokio::test]
    async fn what_is_refused_for_another_reason_is_told_again() {
        for status in [401, 403, 404, 409, 500, 503] {
            let (_, aside, ended) = told(status).await;
            assert!(matches!(ended, Err(TellError::Governance(_))) && aside.is_empty(), "{status}");
        }
    }
}
