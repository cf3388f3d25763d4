/**
 * Every Redis key name of the runtime, and nobody else's business. Names are plain prefixes and never patterns: an id with
 * `*`, `[` or `{` in it is just text, because no command used here takes a pattern. Projections and documents keep the
 * names their charts give them.
 */
import { format, type ActorAddress } from "#domain/ActorAddress.ts"

const PREFIX = "tardigrade:"

/** ZSET: address → wake-up, epoch milliseconds. No expiry: it is the index of all waiting work. */
export const DUE = `${PREFIX}due`

/** ZSET: dead letter id → its time, epoch milliseconds. No expiry: entries go when their letters have gone. */
export const DEAD = `${PREFIX}dead`

/** STRING written before waiting for replicas, so that there is something to wait for. Expires within a minute. */
export const BARRIER = `${PREFIX}barrier`

/** What precedes the address in the name of a record. */
export const RECORD_PREFIX = `${PREFIX}actor:`

/** What precedes the address in the name of an actor's set of dead letter ids. */
export const LETTERS_PREFIX = `${PREFIX}letters:`

/** What precedes the address in the name of the index of an owner's documents. */
export const DOCUMENTS_PREFIX = `${PREFIX}documents:`

/** What precedes the key of a document in the name of the note whose it is. */
export const OWNER_PREFIX = `${PREFIX}owner:`

/** STRING: stamp, newline, record. Expires as its chart says, or never. */
export const record = (address: ActorAddress): string => RECORD_PREFIX + format(address)

/** HASH: envelope id → expiry, space, reply. Expires a little after its last mark. */
export const marks = (address: ActorAddress): string => `${PREFIX}seen:${format(address)}`

/** SET of the ids of an actor's dead letters. Expires with the last of them. */
export const letters = (address: ActorAddress): string => LETTERS_PREFIX + format(address)

/** ZSET: key of a document → its expiry, epoch milliseconds or `inf`. Expires with the last of them. */
export const documents = (owner: ActorAddress): string => DOCUMENTS_PREFIX + format(owner)

/** STRING: address of a document's owner. Expires with the document. */
export const owner = (key: string): string => OWNER_PREFIX + key

/** STRING: address, newline, dead letter as JSON. Expires after 30 days. */
export const letter = (id: string): string => `${DEAD}:${id}`
