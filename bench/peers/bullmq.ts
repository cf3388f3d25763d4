/**
 * BullMQ 6: each event a job, the actor's state beside the queue in Redis, worker in this process.
 *
 * **Does:** a stored job survives a crash and is then done again (at least once); delayed jobs would serve as timers. An answered
 * event has left the queue and its state is in Redis (append-only file, fsync every second).
 * **Does not:** keep order per key in its free version (here the caller waits for one event of an actor before it sends the next);
 * write state and end of the job in one step, so that a crash between the two applies an event twice; know a finished
 * job's id again once it is removed. The chart's `after` is not scheduled.
 *
 * Tuned: concurrency as wide as the load, finished jobs removed, one listener for all of them in place of a wait each. Automatic
 * pipelining was tried and made it slower.
 */
import { Queue, Worker } from "bullmq"
import { Redis } from "ioredis"
import type { ChartEvent } from "./chart.ts"
import { type Engine, inProcess, perKey } from "./engine.ts"
import { readAll, stepStored } from "./naive.ts"

interface Work {
  readonly key: string
  readonly event: ChartEvent
}
interface Waiting {
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

export const bullmq: Engine = {
  name: "BullMQ 6.7, state beside it",
  durable: "AOF everysec",
  perActor: 3,
  goal: 10,
  start: inProcess(async (url) => {
    const redis = new Redis(url)
    const { hostname: host, port } = new URL(url)
    const connection = { host, port: Number(port), maxRetriesPerRequest: null }
    const queue = new Queue<Work>("orders", { connection, defaultJobOptions: { removeOnComplete: true } })
    const worker = new Worker<Work>("orders", ({ data }) => stepStored(redis, data.key, data.event), {
      connection,
      concurrency: 256
    })
    const waiting = new Map<string, Waiting>()
    const ended = (id: string | undefined): Waiting | undefined => {
      const one = waiting.get(id ?? "")
      waiting.delete(id ?? "")
      return one
    }
    worker.on("completed", (job) => ended(job.id)?.resolve())
    worker.on("failed", (job, reason) => ended(job?.id)?.reject(reason))
    worker.on("error", (reason) => {
      for (const { reject } of waiting.values()) reject(reason)
    })
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])
    const inOrder = perKey()
    const done = async (key: string, event: ChartEvent, jobId: string): Promise<void> => {
      const finished = new Promise<void>((resolve, reject) => waiting.set(jobId, { resolve, reject }))
      await Promise.all([queue.add("event", { key, event }, { jobId }), finished])
    }
    return {
      ask: (key, event, id) => inOrder(key, () => done(key, event, id)),
      states: (keys) => readAll(redis, keys),
      close: async () => {
        await worker.close()
        await queue.close()
        await redis.quit()
      }
    }
  })
}
