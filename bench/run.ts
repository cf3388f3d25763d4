/**
 * All benchmarks, one after the other, each in a process of its own; a table to read and JSON to keep.
 *
 *     npm run bench                                all of them, under five minutes
 *     node bench/run.ts durableEvents timers       only these
 *     node bench/run.ts --json figures.json        also written to a file
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process"
import { writeFileSync } from "node:fs"
import { availableParallelism, cpus, loadavg, totalmem } from "node:os"
import { parseArgs } from "node:util"
import { serverBinary } from "#test/harness/RedisServer.ts"
import { printed, type Row, type Suite } from "./suite.ts"

const SUITES: Readonly<Record<string, () => Promise<{ readonly suite: Suite }>>> = {
  kernel: () => import("./kernel.ts"),
  durableEvents: () => import("./durableEvents.ts"),
  peers: () => import("./peers.ts"),
  rehydrate: () => import("./rehydrate.ts"),
  timers: () => import("./timers.ts"),
  growth: () => import("./growth.ts"),
  door: () => import("./door.ts")
}

interface Found {
  readonly title: string
  readonly seconds: number
  readonly rows: ReadonlyArray<Row>
}

/** One suite in a process of its own, whose heap may be looked at. */
const runApart = (name: string): Promise<Found> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = fork(import.meta.filename, ["--apart", name], { execArgv: ["--expose-gc"] })
    child.once("message", (found) => resolve(found as Found))
    child.once("exit", (code) => reject(new Error(`suite ${name} ended with ${code ?? "a signal"} and no figures`)))
  })

const runHere = async (name: string): Promise<void> => {
  const { suite } = await (SUITES[name] ?? unknown(name))()
  const from = performance.now()
  const rows = await suite.run()
  process.send?.({ title: suite.title, rows, seconds: (performance.now() - from) / 1000 } satisfies Found)
  process.disconnect()
}

const unknown = (name: string): never => {
  throw new TypeError(`there is no suite ${name}; there are ${Object.keys(SUITES).join(", ")}`)
}

const machine = () => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  redis: /v=(\S+)/.exec(execFileSync(serverBinary(), ["--version"], { encoding: "utf8" }))?.[1] ?? "unknown",
  loadBefore: loadavg()[0]
})

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { apart: { type: "string" }, json: { type: "string" } }
})

if (values.apart !== undefined) await runHere(values.apart)
else {
  const names = positionals.length > 0 ? positionals : Object.keys(SUITES)
  for (const name of names) if (SUITES[name] === undefined) unknown(name)
  const date = new Date().toISOString()
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim()
  const about = { date, commit, ...machine() }
  console.log(
    Object.entries(about)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")
  )
  const suites: Record<string, Found> = {}
  for (const name of names) {
    const found = await runApart(name)
    suites[name] = found
    console.log(`\n${printed(name, found)}`)
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...about, suites }, null, 2)}\n`)
}
