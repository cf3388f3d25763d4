/**
 * `npm run demo`: a texter plans a week, the service is killed with `kill -9` while it waits for the cart, starts again, and
 * the plan still arrives. Real processes, the embedded store in a temporary folder, loopback only, under a minute.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Schedule from "effect/Schedule"
import * as LocalPhoneClient from "./LocalPhoneClient.ts"

const PHONE = "+15551234567"
const ADMIN_TOKEN = "demo"

const say = (line: string) => Console.log(line)
const title = (line: string) => say(`\n\u001b[1m${line}\u001b[0m`)
const texter = (line: string) => say(`  texter  > ${line}`)
const service = (line: string) => say(`  service > ${line.replaceAll("\n", "\n            ")}`)

/** A shop that is slow until it is told to answer: it makes sure that the kill comes in the middle. */
const slowShop = Effect.acquireRelease(
  Effect.promise(async () => {
    let answering = false
    const asked = Promise.withResolvers<void>()
    const server: Server = createServer((_, response) => {
      asked.resolve()
      if (!answering) return
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify(demoCart()))
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as { readonly port: number }
    return { url: `http://127.0.0.1:${port}`, asked: asked.promise, answer: () => (answering = true), server }
  }),
  ({ server }) =>
    Effect.sync(() => {
      server.closeAllConnections()
      server.close()
    })
)

const demoCart = () => ({
  items: [
    { name: "salmon", quantity: 2, unit: "fillet" },
    { name: "sweet potatoes", quantity: 4, unit: "piece" },
    { name: "spinach", quantity: 1, unit: "bunch" },
    { name: "black beans", quantity: 2, unit: "can" },
    { name: "eggs", quantity: 12, unit: "piece" }
  ],
  delivery_date: new Date(Date.now() + 4 * 24 * 3600_000).toISOString().slice(0, 10)
})

const startService = (port: number, dataDir: string, shop: string) =>
  Effect.sync(() =>
    spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        PATH: process.env["PATH"],
        SMS_PROVIDER: "local",
        HOST: "127.0.0.1",
        PORT: String(port),
        DATA_DIR: dataDir,
        CART_SOURCE_URL: shop,
        CART_SOURCE_TOKEN: "demo",
        ADMIN_TOKEN,
        ACTOR_CLAIM: "2 seconds"
      }
    })
  ).pipe(Effect.tap(() => ready(port)))

const ready = (port: number) =>
  Effect.flatMap(HttpClient.HttpClient, (http) =>
    HttpClient.filterStatusOk(http).get(`http://127.0.0.1:${port}/readyz`)
  ).pipe(Effect.retry(Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))))

const killed = (child: ChildProcess, signal: NodeJS.Signals) =>
  Effect.promise(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, "exit")
  })

const freePort = Effect.promise(async () => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { readonly port: number }
  server.close()
  return port
})

const demo = Effect.gen(function* () {
  const shop = yield* slowShop
  const port = yield* freePort
  const dataDir = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "tardigrade-demo-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const start = Effect.acquireRelease(startService(port, dataDir, shop.url), (child) => killed(child, "SIGKILL"))
  const phone = yield* LocalPhoneClient.make(`http://127.0.0.1:${port}`, PHONE)
  const http = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
  const shown = Effect.gen(function* () {
    const response = yield* http.get(`http://127.0.0.1:${port}/api/actors/conversation/${encodeURIComponent(PHONE)}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` }
    })
    const actor = (yield* response.json) as { readonly state: { readonly plan: unknown }; readonly revision: number }
    yield* say(`  stored  : ${JSON.stringify(actor.state.plan)}, revision ${actor.revision}`)
  })
  let heard = 0
  const ask = Effect.fnUntraced(function* (text: string, id: string) {
    yield* texter(text)
    const { reply } = yield* phone.text(text, id)
    if (reply !== null) yield* service(reply)
  })
  const listen = Effect.gen(function* () {
    const { messages } = yield* phone.inbox(heard)
    for (const message of messages) {
      heard = message.n
      yield* service(message.text)
    }
    return messages.length
  }).pipe(Effect.repeat({ until: (count) => count > 0 }))

  yield* title("1. A texter asks for a plan; the shop is slow today.")
  const first = yield* start
  yield* ask("plan", "demo-1")
  yield* Effect.promise(() => shop.asked)
  yield* shown

  yield* title(`2. kill -9 ${first.pid}, while the job is under way.`)
  yield* killed(first, "SIGKILL")
  yield* say("  The process is gone. Nothing was shut down, nothing was saved on the way out.")

  yield* title("3. A new process starts on the same folder. Nobody texts anything.")
  shop.answer()
  const before = performance.now()
  yield* start
  yield* listen
  yield* say(`  ...arrived ${((performance.now() - before) / 1000).toFixed(1)} s after the restart began.`)
  heard = 0

  yield* title("4. The shaky network delivers the first text once more: same answer, no second plan.")
  yield* ask("plan", "demo-1")
  yield* shown

  yield* title("5. The conversation goes on where it was.")
  yield* ask("skip friday", "demo-2")
  heard = 1
  yield* listen
  yield* ask("yes", "demo-3")
  yield* shown

  yield* title("What this showed")
  yield* say("  - the plan was asked for once and arrived, although the process died in the middle of the job;")
  yield* say("  - the same message twice changed nothing and got the same answer;")
  yield* say(
    "  - the timer for the recipes is stored: it goes off on the day before the delivery, whichever process runs then."
  )
}).pipe(Effect.scoped, Effect.timeout("55 seconds"), Effect.provide(FetchHttpClient.layer))

Effect.runPromise(demo).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error("demo failed:", error)
    process.exit(1)
  }
)
