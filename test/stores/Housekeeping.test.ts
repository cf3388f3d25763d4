/** The stores of one process keep the housekeeping contract; the SQLite file counts what the runtime keeps for itself, too. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { cleanUpContract } from "./CleanUpContract.ts"
import { bob, first, letter, mark } from "./Commits.ts"
import { housekeepingContract, type KeptStore, testKept, text, write } from "./HousekeepingContract.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "tardigrade-housekeeping-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
const sqlite: KeptStore = {
  layer: Layer.unwrap(Effect.map(folder, (path) => SqliteStore.layer({ file: join(path, "store.db") }))),
  time: "virtual"
}

const memory: KeptStore = { layer: MemoryStore.layer, time: "virtual" }

for (const contract of [housekeepingContract, cleanUpContract]) {
  contract("memory", memory)
  contract("sqlite", sqlite)
}

describe("sqlite: the size", () => {
  testKept(sqlite)("tells what the runtime keeps for itself, and how large the file is", (store, keeping) =>
    Effect.gen(function* () {
      const marked = { mark: mark("e1", "reply"), deadLetters: [letter("l1", 1)] }
      yield* store.commit([first(marked), first({ address: bob })])
      yield* write(store, text("tardigrade:text", "somebody else's"))
      const { limitBytes, prefixes, usedBytes } = yield* keeping.size(["ash:", "tardigrade:"])
      // Three actors, a mark, a letter, and the document.
      expect(prefixes).toMatchObject([
        { prefix: "ash:", keys: 0, bytes: 0 },
        { prefix: "tardigrade:", keys: 6 }
      ])
      expect(prefixes[1]?.bytes).toBeGreaterThan(100)
      expect(usedBytes).toBeGreaterThan(4096)
      expect(limitBytes).toBeNull()
    })
  )
})
