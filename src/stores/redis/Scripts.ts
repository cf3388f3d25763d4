/**
 * The Lua scripts beside this file, what each of them takes, and how one is run: by its hash, and with its text when Redis
 * has forgotten it. The headers of the Lua files are checked against the names given here by a test.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

export interface Script {
  readonly name: string
  /** The texts of the files in `parts` and of its own, in this order. */
  readonly source: string
  /** Files that say what several steps of the script share. */
  readonly parts: ReadonlyArray<string>
  /** SHA-1 of the source, the name Redis knows it by. */
  readonly sha: string
  /** Names of `KEYS[1]`, `KEYS[2]` …; a last name with `…` stands for all the rest. */
  readonly keys: ReadonlyArray<string>
  /** Names of `ARGV[1]`, `ARGV[2]` …, likewise. */
  readonly argv: ReadonlyArray<string>
  /** Every reply, by the word its header uses. */
  readonly replies: ReadonlyArray<string>
}

const script = (
  name: string,
  keys: ReadonlyArray<string>,
  argv: ReadonlyArray<string>,
  replies: ReadonlyArray<string>,
  parts: ReadonlyArray<string> = []
): Script => {
  const text = (file: string) => readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), "utf8")
  const source = [...parts, name].map(text).join("")
  return { name, source, parts, sha: createHash("sha1").update(source).digest("hex"), keys, argv, replies }
}

export const commit = script(
  "commit",
  ["due", "dead", "per actor…"],
  ["actors", "letterTtl", "ownerPrefix", "per actor…"],
  ["0", "1", "text"],
  ["projections"]
)
export const load = script("load", ["records…"], [], ["nil", "text", "0"])
export const claimDue = script("claim-due", ["due"], ["limit", "visibility", "recordPrefix"], ["claim"])
export const waiting = script("waiting", ["due"], ["limit", "recordPrefix"], ["waiting"])
export const seen = script("seen", ["marks"], ["id"], ["nil", "text"])
export const forget = script(
  "forget",
  ["due", "dead", "record", "marks", "letters", "documents", "projections…"],
  ["address", "ownerPrefix", "expected"],
  ["-1", "count"]
)
export const writeDocument = script(
  "write-document",
  ["document", "owner", "record", "documents"],
  ["address", "value", "ttl", "documentsPrefix"],
  ["0", "1"]
)
export const listDeadLetters = script("list-dead-letters", ["dead"], ["limit"], ["letters"])
export const removeDeadLetter = script("remove-dead-letter", ["dead", "letter"], ["id", "lettersPrefix"], ["0", "1"])
export const clean = script("clean", ["key"], ["op", "type", "text", "argument", "limit", "dry"], ["count"])

/** Every script, for the test that compares headers. */
export const all: ReadonlyArray<Script> = [
  commit,
  load,
  claimDue,
  waiting,
  seen,
  forget,
  writeDocument,
  listDeadLetters,
  removeDeadLetter,
  clean
]

/** The two commands a script needs. */
export interface ScriptRunner {
  readonly evalsha: (sha: string, keyCount: number, ...args: Array<string | number>) => Promise<unknown>
  readonly eval: (source: string, keyCount: number, ...args: Array<string | number>) => Promise<unknown>
}

/**
 * Runs a script once. `NOSCRIPT` means that nothing ran, so sending the text then is safe; it also makes Redis remember it.
 * Rejects with whatever else the client rejects with.
 */
export const run = async (
  redis: ScriptRunner,
  { sha, source }: Script,
  keys: ReadonlyArray<string>,
  argv: ReadonlyArray<string | number>
): Promise<unknown> => {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...argv)
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.includes("NOSCRIPT")) throw cause
    return await redis.eval(source, keys.length, ...keys, ...argv)
  }
}
