"""Plain Arrow Flight through pyarrow: listing, schemas, tickets."""

import pyarrow as pa
import pyarrow.flight as flight
import pytest

from mesh import codes

# pyarrow turns some gRPC codes into errors of Arrow's own.
ERRORS = (flight.FlightError, pa.ArrowException)

LOANS = flight.FlightDescriptor.for_path("lending", "loans", "v1")


@pytest.fixture
def client(mesh):
    with flight.FlightClient(mesh.lending) as client:
        yield client


def login(client, name):
    return flight.FlightCallOptions(headers=[client.authenticate_basic_token(name, name)], timeout=60)


@pytest.fixture
def omar(client):
    return login(client, "omar")


def test_ports_are_listed_by_path(client, omar):
    paths = [[part.decode() for part in info.descriptor.path] for info in client.list_flights(options=omar)]
    assert ["lending", "loans", "v1"] in paths
    assert ["lending", "mortgages", "v1"] in paths
    assert ["lending", "repayment_schedules", "v1"] in paths


def test_nothing_is_listed_for_ana(client):
    assert list(client.list_flights(options=login(client, "ana"))) == []


def test_a_bearer_token_lists_too(mesh, client):
    bearer = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {mesh.token('omar')}".encode())])
    assert len(list(client.list_flights(options=bearer))) >= 3


def test_the_whole_table_comes_by_its_path(client, omar):
    info = client.get_flight_info(LOANS, omar)
    assert info.schema.names == client.get_schema(LOANS, omar).schema.names
    tables = [client.do_get(endpoint.ticket, omar).read_all() for endpoint in info.endpoints]
    assert sum(table.num_rows for table in tables) == 10_000
    assert tables[0].schema.equals(info.schema)


def test_fields_describe_themselves(client, omar):
    schema = client.get_schema(LOANS, omar).schema
    for field in schema:
        keys = {key.decode() for key in (field.metadata or {})}
        for what in ["contract", "version", "hash", "description", "classification"]:
            assert any(what in key for key in keys), f"{field.name} says nothing of its {what}: {sorted(keys)}"
    rate = {key.decode(): value.decode() for key, value in schema.field("interest_rate").metadata.items()}
    assert any("unit" in key for key in rate), rate


def test_a_cancelled_stream_harms_nobody(client, omar):
    info = client.get_flight_info(flight.FlightDescriptor.for_path("lending", "repayment_schedules", "v1"), omar)
    reader = client.do_get(info.endpoints[0].ticket, omar)
    reader.read_chunk()
    reader.cancel()
    with pytest.raises((flight.FlightCancelledError, StopIteration)):
        while True:
            reader.read_chunk()
    assert len(list(client.list_flights(options=omar))) >= 3


def test_a_ticket_that_was_changed_is_refused(client, omar):
    ticket = client.get_flight_info(LOANS, omar).endpoints[0].ticket.ticket
    for position in [0, len(ticket) // 2, len(ticket) - 1]:
        changed = bytearray(ticket)
        changed[position] ^= 1
        with pytest.raises(ERRORS) as refused:
            client.do_get(flight.Ticket(bytes(changed)), omar).read_all()
        assert codes(refused.value), refused.value


def test_a_ticket_is_of_its_principal_only(client, omar):
    ticket = client.get_flight_info(LOANS, omar).endpoints[0].ticket
    for name in ["ana", "lena"]:
        with pytest.raises(ERRORS) as refused:
            client.do_get(ticket, login(client, name)).read_all()
        assert codes(refused.value), refused.value


@pytest.mark.parametrize("ticket", [b"", b"ticket", b"\x00\xff" * 40, b"lending.loans"])
def test_a_made_up_ticket_is_refused(client, omar, ticket):
    with pytest.raises(ERRORS) as refused:
        client.do_get(flight.Ticket(ticket), omar).read_all()
    assert codes(refused.value), refused.value


@pytest.mark.parametrize(
    "path", [["lending", "nothing", "v1"], ["lending", "loans", "v9"], ["lending"], ["..", "..", "etc"], [""]]
)
def test_a_path_to_nothing_is_an_error_with_a_code(client, omar, path):
    with pytest.raises(ERRORS) as missing:
        client.get_flight_info(flight.FlightDescriptor.for_path(*path), omar)
    assert codes(missing.value), missing.value


def test_for_ana_a_forbidden_path_is_one_that_does_not_exist(client):
    ana = login(client, "ana")

    def message(port):
        with pytest.raises(ERRORS) as missing:
            client.get_flight_info(flight.FlightDescriptor.for_path("lending", port, "v1"), ana)
        return str(missing.value).replace(port, "PORT")

    assert codes(message("loans")) and message("loans") == message("roans")


def test_nothing_is_written_through_flight(client, omar):
    schema = client.get_schema(LOANS, omar).schema
    with pytest.raises(ERRORS) as refused:
        writer, _ = client.do_put(LOANS, schema, omar)
        writer.write_table(schema.empty_table())
        writer.close()
    assert codes(refused.value), refused.value


def test_without_a_login_nothing_is_served(client):
    for call in [lambda: list(client.list_flights()), lambda: client.get_flight_info(LOANS)]:
        with pytest.raises(flight.FlightUnauthenticatedError) as refused:
            call()
        assert codes(refused.value), refused.value
