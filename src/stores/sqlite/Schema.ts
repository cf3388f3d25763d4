/**
 * The shape of the SQLite file and its version. A published version is never edited: a new one gets its own entry in
 * `MIGRATIONS`. A file of a newer version, or one that belongs to another program, is refused and left untouched.
 */
import type { DatabaseSync } from "node:sqlite"

/** Marks the file as ours ("tdgr" in ASCII), so that no other program's database is written to by mistake. */
const APPLICATION_ID = 0x74646772

const VERSION_1 = `
  CREATE TABLE actors (
    address TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    turn TEXT NOT NULL,
    record TEXT NOT NULL,
    expires_at INTEGER,
    wake_at INTEGER
  ) STRICT;
  CREATE INDEX actors_by_wake ON actors (wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX actors_by_expiry ON actors (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE marks (
    address TEXT NOT NULL,
    id TEXT NOT NULL,
    reply TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (address, id)
  ) STRICT;
  CREATE INDEX marks_by_expiry ON marks (expires_at);

  CREATE TABLE documents (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER) STRICT;
  CREATE INDEX documents_by_expiry ON documents (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    letter TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX dead_letters_by_time ON dead_letters (at);
  CREATE INDEX dead_letters_by_address ON dead_letters (address);
  CREATE INDEX dead_letters_by_expiry ON dead_letters (expires_at);
`

/** Whose a document is; projections, and documents from before this version, are nobody's. */
const VERSION_2 = `
  ALTER TABLE documents ADD COLUMN owner TEXT;
  CREATE INDEX documents_by_owner ON documents (owner) WHERE owner IS NOT NULL;
`

const VERSION_3 = `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    actor TEXT NOT NULL,
    id TEXT NOT NULL,
    event TEXT NOT NULL,
    priority TEXT NOT NULL,
    UNIQUE (type, actor, id)
  ) STRICT;
`

/**
 * Sorted sets and lists. Whatever its shape, a key has one row among the documents: its expiry is kept there, and its
 * entries go with it or with its shape. `value` is empty unless the shape is `text`.
 */
const VERSION_4 = `
  ALTER TABLE documents ADD COLUMN shape TEXT NOT NULL DEFAULT 'text' CHECK (shape IN ('text', 'sortedSet', 'list'));

  CREATE TABLE sorted_set_entries (
    key TEXT NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    member TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (key, member)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sorted_set_entries_by_score ON sorted_set_entries (key, score, member);

  CREATE TABLE list_entries (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX list_entries_by_key ON list_entries (key, id);

  CREATE TRIGGER documents_reshaped AFTER UPDATE OF shape ON documents WHEN old.shape <> new.shape BEGIN
    DELETE FROM sorted_set_entries WHERE key = old.key;
    DELETE FROM list_entries WHERE key = old.key;
  END;
`

/** `MIGRATIONS[n]` turns version n into n + 1. Append only. */
const MIGRATIONS: ReadonlyArray<string> = [VERSION_1, VERSION_2, VERSION_3, VERSION_4]

/** The version this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** Tables whose rows expire, for the sweep. What belongs to a document goes with it. */
export const EXPIRING_TABLES = ["actors", "marks", "documents", "dead_letters"] as const

/** The file cannot be used as it is; `reason` says why, as a code. */
export class SchemaRefused extends Error {
  readonly reason: "schema_version_unknown" | "foreign_database"
  constructor(reason: "schema_version_unknown" | "foreign_database") {
    super(reason)
    this.reason = reason
  }
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name])

/**
 * Brings an empty or older file to `SCHEMA_VERSION`. **Concurrency**: two processes may open one new file together.
 * **Fails with** `SchemaRefused` (thrown) for a newer version or another program's file.
 */
export const migrate = (db: DatabaseSync): void => {
  db.exec("BEGIN IMMEDIATE")
  try {
    const version = pragma(db, "user_version")
    const ours = pragma(db, "application_id") === APPLICATION_ID
    const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined
    if (!ours && (version !== 0 || !empty)) throw new SchemaRefused("foreign_database")
    if (version > SCHEMA_VERSION) throw new SchemaRefused("schema_version_unknown")
    if (version < SCHEMA_VERSION) {
      for (const statements of MIGRATIONS.slice(version)) db.exec(statements)
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
    }
    db.exec("COMMIT")
  } catch (cause) {
    db.exec("ROLLBACK")
    throw cause
  }
}
