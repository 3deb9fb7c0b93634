-- One dialect for SQLite and PostgreSQL. Times are microseconds since 1970-01-01 UTC.

-- A port belongs to one contract for all its versions.
CREATE TABLE ports (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    PRIMARY KEY (domain, port)
);

-- Accepted contract versions. Only `status` ever changes.
CREATE TABLE contract_versions (
    domain TEXT NOT NULL,
    port TEXT NOT NULL,
    version TEXT NOT NULL,
    major BIGINT NOT NULL,
    hash TEXT NOT NULL,
    description TEXT,
    document TEXT NOT NULL,
    status TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    registered_at_us BIGINT NOT NULL,
    PRIMARY KEY (domain, port, version),
    FOREIGN KEY (domain, port) REFERENCES ports (domain, port)
);

-- Every version of a product that ever registered.
CREATE TABLE product_versions (
    domain TEXT NOT NULL,
    version TEXT NOT NULL,
    product_id TEXT NOT NULL,
    name TEXT NOT NULL,
    manifest TEXT NOT NULL,
    endpoint TEXT,
    registered_by TEXT NOT NULL,
    registered_at_us BIGINT NOT NULL,
    PRIMARY KEY (domain, version)
);

-- The version of each domain's product that registered last.
CREATE TABLE products (
    domain TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    FOREIGN KEY (domain, version) REFERENCES product_versions (domain, version)
);

-- Which contract version a product version serves each port under.
CREATE TABLE product_outputs (
    domain TEXT NOT NULL,
    product_version TEXT NOT NULL,
    port TEXT NOT NULL,
    contract_version TEXT NOT NULL,
    PRIMARY KEY (domain, product_version, port, contract_version),
    FOREIGN KEY (domain, product_version) REFERENCES product_versions (domain, version),
    FOREIGN KEY (domain, port, contract_version) REFERENCES contract_versions (domain, port, version)
);
