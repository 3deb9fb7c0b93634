"""A Flight server in C++ (pyarrow's) that serves one table: from memory, or from Parquet files as they are read.

    cpp_server.py PORT FOLDER

Tickets: `memory`, `parquet`. Batches of 64k rows, which is what this server is fastest with on one stream.
"""

import sys

import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.flight as flight

BATCH_ROWS = 65_536


class Server(flight.FlightServerBase):
    def __init__(self, port: int, folder: str):
        super().__init__(f"grpc://127.0.0.1:{port}")
        self.files = dataset.dataset(folder, format="parquet")
        table = self.files.to_table().combine_chunks()
        self.batches = table.to_batches(max_chunksize=BATCH_ROWS)

    def do_get(self, context, ticket):
        if ticket.ticket == b"memory":
            # Batches made beforehand: from here on no Python runs.
            return flight.RecordBatchStream(pa.RecordBatchReader.from_batches(self.files.schema, self.batches))
        scanner = self.files.scanner(batch_size=BATCH_ROWS)
        return flight.RecordBatchStream(scanner.to_reader())


if __name__ == "__main__":
    Server(int(sys.argv[1]), sys.argv[2]).serve()
