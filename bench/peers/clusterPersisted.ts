/**
 * Effect Cluster 4.1, `SingleRunner`, persisted messages: message, reply and the actor's snapshot in one SQLite file.
 *
 * **Does:** order per entity; a message survives the process and is then handled again; snapshot and reply are one transaction; a
 * message with a primary key is one message (not asked for here); `DeliverAt` would serve as timers, found by a poll of
 * 10 s. An answered event is in the write-ahead log, synced at checkpoints: it survives the process, perhaps not a power cut.
 * **Does not:** forget finished messages, so that the tables grow. The chart's `after` is not scheduled.
 *
 * Tuned: SQLite in this process in place of a database server, no simulated serialisation, no client spans, runners in memory.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SingleRunner from "effect/cluster/SingleRunner"
import * as Digest from "effect/crypto/Digest"
import * as SqlClient from "effect/sql/SqlClient"
import { endOf, written } from "./chart.ts"
import { orderEntity, orderHandlers, runCluster } from "./clusterVolatile.ts"
import { type Engine, inProcess } from "./engine.ts"
import * as Sqlite from "./sqlite.ts"

const TABLE = "CREATE TABLE orders (id TEXT PRIMARY KEY, snapshot TEXT NOT NULL) WITHOUT ROWID"

/** The entity, saving into the very database that holds its messages. */
const handlers = (entity: ReturnType<typeof orderEntity>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      return orderHandlers(entity, (key, snapshot) =>
        Effect.orDie(sql`INSERT OR REPLACE INTO orders (id, snapshot) VALUES (${key}, ${written(snapshot)})`)
      )
    })
  )

export const clusterPersisted: Engine = {
  name: "Effect Cluster 4.1, persisted messages",
  durable: "SQLite WAL",
  perActor: 2,
  goal: 10,
  start: inProcess(async () => {
    const folder = mkdtempSync(join(tmpdir(), "tardigrade-cluster-"))
    const file = join(folder, "cluster.sqlite")
    const reader = new DatabaseSync(file)
    reader.exec(`PRAGMA journal_mode = WAL; ${TABLE}`)
    const entity = orderEntity(true)
    const runner = SingleRunner.layer({
      runnerStorage: "memory",
      shardingConfig: { simulateRemoteSerialization: false }
    })
    const layer = handlers(entity).pipe(
      Layer.provideMerge(runner),
      Layer.provide([Sqlite.layer(file), Digest.layerWebCrypto])
    )
    const { ask, close } = await runCluster(entity, layer)
    return {
      ask,
      states: (keys) => {
        const select = reader.prepare("SELECT snapshot FROM orders WHERE id = ?")
        return Promise.resolve(keys.map((key) => endOf((select.get(key)?.["snapshot"] as string | undefined) ?? null)))
      },
      close: async () => {
        await close()
        reader.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }
  })
}
