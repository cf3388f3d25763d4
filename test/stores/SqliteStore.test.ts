/** The embedded store keeps the contract, and what is SQLite's own: durability on disk, versions, several processes. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { actorStoreContract } from "./ActorStoreContract.ts"
import { add, alice, append, bob, committed, DAY_MS, first, item, letter, mark, second, stamp } from "./Commits.ts"
import { referenceContract } from "./ReferenceContract.ts"

/** A folder that vanishes with the scope. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "tardigrade-sqlite-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
const file = Effect.map(folder, (path) => join(path, "below", "store.db"))

const fresh = Layer.unwrap(Effect.map(file, (path) => SqliteStore.layer({ file: path })))
const store = { layer: fresh, time: "virtual" } as const

actorStoreContract("sqlite", store)
referenceContract("sqlite", store)

/** Uses the store of one file and closes it. */
const opened = <A, E>(path: string, body: (store: ActorStore["Service"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(ActorStore, body).pipe(Effect.provide(SqliteStore.layer({ file: path })))

const failing = (path: string) => Effect.flip(opened(path, () => Effect.void))

/** A second process in miniature: an own thread with an own connection. */
const inWorker = (path: string, name: string, rounds: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./SqliteWriter.ts", import.meta.url), {
      workerData: { file: path, name, rounds }
    })
    worker.once("message", resolve)
    worker.once("error", reject)
  })

describe("sqlite", () => {
  it.effect("what was committed is there for the next process", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) =>
        store.commit([first({ mark: mark("e1", "r"), wakeAt: 0, deadLetters: [letter("l1", 1)] })])
      )
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
          expect((yield* store.claimDue(1, 1000)).addresses).toEqual([alice])
          expect((yield* store.listDeadLetters(1))[0]?.id).toBe("l1")
          expect(yield* store.commit([second()])).toEqual([committed])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("the file is its owner's only, and written ahead", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, () =>
        Effect.sync(() => {
          expect(statSync(path).mode & 0o777).toBe(0o600)
          expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("a file of a newer version is refused and left as it is", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) => store.commit([first()]))
      const db = new DatabaseSync(path)
      db.exec("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE")
      db.close()
      const before = readFileSync(path)
      expect(yield* failing(path)).toMatchObject({ _tag: "StoreUnavailable", reason: "schema_version_unknown" })
      const after = new DatabaseSync(path)
      expect(after.prepare("SELECT count(*) AS n FROM actors").get()).toMatchObject({ n: 1 })
      expect(after.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 99 })
      after.close()
      expect(readFileSync(path).length).toBe(before.length)
    }).pipe(Effect.scoped)
  )

  it.effect("another program's database and a file that is none are refused", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const foreign = new DatabaseSync(join(path, "foreign.db"))
      foreign.exec("CREATE TABLE theirs (x)")
      foreign.close()
      writeFileSync(join(path, "text.db"), "this is no database, and long enough to be read as one".repeat(100))
      expect((yield* failing(join(path, "foreign.db"))).reason).toBe("foreign_database")
      expect((yield* failing(join(path, "text.db"))).reason).toBe("not_a_database")
      expect((yield* failing(path)).reason).toBe("eisdir")
    }).pipe(Effect.scoped)
  )

  it.effect("a failure in the middle of a batch leaves nothing of it", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          const db = new DatabaseSync(path)
          db.exec("CREATE TRIGGER full BEFORE INSERT ON dead_letters BEGIN SELECT RAISE(ABORT, 'full'); END")
          const batch = [
            first({ address: address("probe", "a"), projections: [{ op: "put", key: "d", value: "1", ttlMs: null }] }),
            first({ address: address("probe", "b"), mark: mark("e1", "r"), deadLetters: [letter("l1", 1)] })
          ]
          const failure = yield* Effect.flip(store.commit(batch))
          expect(failure).toMatchObject({ _tag: "StoreUnavailable", store: "sqlite", operation: "commit" })
          expect(yield* store.load(address("probe", "a"))).toBeNull()
          expect(yield* store.readDocument("d")).toBeNull()
          db.exec("DROP TRIGGER full")
          db.close()
          expect(yield* store.commit(batch)).toEqual([committed, committed])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("a file locked by another process for too long is busy, and the call may be sent again", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.flatMap(ActorStore, (store) =>
        Effect.gen(function* () {
          const db = new DatabaseSync(path)
          db.exec("BEGIN IMMEDIATE")
          expect((yield* Effect.flip(store.commit([first()]))).reason).toBe("busy")
          expect(yield* store.load(alice)).toBeNull()
          db.exec("ROLLBACK")
          db.close()
          expect(yield* store.commit([first()])).toEqual([committed])
        })
      ).pipe(Effect.provide(SqliteStore.layer({ file: path, busyTimeoutMs: 20 })))
    }).pipe(Effect.scoped)
  )

  it.live("two processes on one file lose no write", () =>
    Effect.gen(function* () {
      const path = yield* file
      const rounds = 60
      const won = yield* Effect.promise(() =>
        Promise.all([inWorker(path, "left", rounds), inWorker(path, "right", rounds)])
      )
      expect(won).toEqual([rounds, rounds])
      yield* opened(path, (store) =>
        Effect.map(store.load(alice), (actor) => expect(actor?.stamp.revision).toBe(2 * rounds))
      )
      const db = new DatabaseSync(path)
      expect(db.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" })
      db.close()
    }).pipe(Effect.scoped)
  )

  it.effect("expired rows are swept in portions while others are written", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          const many = Array.from({ length: 450 }, (_, i) =>
            first({
              address: address("probe", `a${i}`),
              next: { ...stamp(1), record: "{}", ttlMs: 1000 },
              mark: mark("e1", "r", 1000),
              projections:
                i < 400
                  ? [{ op: "put", key: `d${i}`, value: "1", ttlMs: 1000 }]
                  : [add(1, "1", { key: `d${i}`, ttlMs: 1000 }), append(["1"], { key: `l${i}`, ttlMs: 1000 })]
            })
          )
          yield* store.commit(many)
          yield* TestClock.adjust(DAY_MS)
          const db = new DatabaseSync(path, { readOnly: true })
          const left = () =>
            ["actors", "marks", "documents", "sorted_set_entries", "list_entries"].map(
              (table) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]
            )
          const counts = []
          for (let i = 0; i < 3; i++) {
            yield* store.commit([])
            counts.push(left())
          }
          db.close()
          expect(counts).toEqual([
            [250, 250, 300, 50, 50],
            [50, 50, 100, 50, 50],
            [0, 0, 0, 0, 0]
          ])
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("a file of version 1 is brought forward: its documents are whoever's writes them next", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const db = new DatabaseSync(path)
      db.exec(readFileSync(new URL("../fixtures/sqlite/v1.sql", import.meta.url), "utf8"))
      db.close()
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
          expect(yield* store.readDocument("rewritten")).toBe("2")
          expect(yield* store.writeDocument(alice, "rewritten", "3", DAY_MS)).toBe(true)
          expect(yield* store.forget(alice, [])).toBe(2)
          expect(yield* store.readDocument("old")).toBe("1")
          expect(yield* store.readDocument("rewritten")).toBeNull()
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("a file of version 3 is brought forward: what was projected may become a sorted set", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const db = new DatabaseSync(path)
      db.exec(readFileSync(new URL("../fixtures/sqlite/v3.sql", import.meta.url), "utf8"))
      db.close()
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
          expect(yield* store.readDocuments(["owned", "projected", "none"])).toEqual(["1", "2", null])
          const append = { op: "appendToList", key: "projected", values: ["3"], keep: null, ttlMs: null } as const
          const projections = [{ op: "delete", key: "projected" } as const, append]
          expect(yield* store.commit([second(stamp(1), { projections })])).toEqual([committed])
          expect(yield* store.readList("projected")).toEqual(["3"])
          expect(yield* store.forget(alice, ["projected"])).toBe(3)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("an owner's documents, and the entries that go with them, are found by an index", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, () => Effect.void)
      const db = new DatabaseSync(path, { readOnly: true })
      const plan = db.prepare("EXPLAIN QUERY PLAN DELETE FROM documents WHERE owner = ?").all("conversation/x")
      db.close()
      expect(plan.map((row) => String(row["detail"]))).toEqual([
        expect.stringContaining("INDEX documents_by_owner"),
        expect.stringContaining("INDEX list_entries_by_key"),
        expect.stringContaining("INDEX sorted_set_entries_by_score")
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("forgetting leaves nothing that has expired in the file, however much there is and whoever's it was", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          const old = "a projection of long ago"
          const projections = Array.from({ length: 450 }, (_, i) => ({
            ...{ op: "put" as const, key: `d${i}`, value: old },
            ttlMs: 1000
          }))
          const next = { ...stamp(1), record: "{}", ttlMs: 1000 }
          yield* store.commit([first({ next, projections, mark: mark("e1", "r", 1000) }), first({ address: bob })])
          expect(readFileSync(`${path}-wal`).includes(old)).toBe(true)
          yield* TestClock.adjust(1000)
          expect(yield* store.forget(alice, [])).toBe(0)
          for (const name of [path, `${path}-wal`]) expect(readFileSync(name).includes(old)).toBe(false)
          expect((yield* store.load(bob))?.stamp).toEqual(stamp(1))
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("entries go with the shape of their key, whatever takes its place", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          const db = new DatabaseSync(path, { readOnly: true })
          const left = () =>
            ["sorted_set_entries", "list_entries"].map(
              (of) => db.prepare(`SELECT count(*) AS n FROM ${of}`).get()?.["n"]
            )
          const fill = [add(1, "a"), add(2, "b"), append(["a"])]
          const clear = ["set", "list"].map((key) => ({ op: "delete", key }) as const)
          const put = ["set", "list"].map((key) => ({ op: "put", key, value: "1", ttlMs: null }) as const)
          yield* store.commit([first({ projections: fill })])
          expect(left()).toEqual([2, 1])
          yield* store.commit([second(stamp(1), { projections: put })])
          expect(left()).toEqual([0, 0])
          yield* store.commit([second(stamp(2), { projections: [...clear, ...fill] })])
          for (const key of ["set", "list"]) yield* store.writeDocument(alice, key, "1", null)
          expect(left()).toEqual([0, 0])
          yield* store.commit([second(stamp(3), { projections: [...clear, ...fill] })])
          yield* store.commit([second(stamp(4), { projections: clear })])
          expect(left()).toEqual([0, 0])
          db.close()
        })
      )
    }).pipe(Effect.scoped)
  )

  it.effect("what was forgotten is in no byte of the files", () =>
    Effect.gen(function* () {
      const path = yield* file
      const secret = "a sentence nobody may find again"
      yield* opened(path, (store) =>
        Effect.gen(function* () {
          yield* store.commit([
            first({
              next: { ...stamp(1), record: secret, ttlMs: null },
              mark: mark("e1", secret),
              projections: [
                { op: "put", key: "d", value: secret, ttlMs: null },
                add(1, item("1", secret)),
                append([secret])
              ],
              deadLetters: [letter("l1", 1, { payload: secret })]
            })
          ])
          yield* store.writeDocument(alice, "owned", secret, null)
          expect(readFileSync(`${path}-wal`).includes(secret)).toBe(true)
          expect(yield* store.forget(alice, ["d", "set", "list"])).toBe(7)
          expect(readFileSync(path).includes(secret)).toBe(false)
          expect(readFileSync(`${path}-wal`).includes(secret)).toBe(false)
        })
      )
    }).pipe(Effect.scoped)
  )
})
