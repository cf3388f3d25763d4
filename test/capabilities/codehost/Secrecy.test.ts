/** What the code host never gives away, whatever GitHub answers: the token, its address, its words, and who was named. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"
import { describe, expect, it } from "#test/harness/effect.ts"
import type { Fault } from "#test/harness/github/Faults.ts"
import { printed } from "../Under.ts"
import { act, gitHub, on, WRITES } from "./Hosts.ts"

const LEVELS = ["log", "info", "warn", "error", "debug"] as const

/** Everything written to the console until the scope ends. */
const listening = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const lines: Array<string> = []
      const usual = LEVELS.map((level) => [level, console[level]] as const)
      for (const level of LEVELS) console[level] = (...words) => void lines.push(words.map(String).join(" "))
      return { lines, usual }
    }),
    ({ usual }) => Effect.sync(() => Object.assign(console, Object.fromEntries(usual)))
  ),
  ({ lines }) => lines
)

/** Answers that an eager client would print, follow or quote. */
const body = { message: "secret-words", errors: [{ resource: "secret-words" }], documentation_url: "secret-words" }
const headers = { deprecation: "true", sunset: "soon", location: "https://elsewhere.test/secret-words" }
const FAULTS: ReadonlyArray<Fault> = [
  ...[200, 301, 401, 403, 404, 405, 409, 422, 429, 500].map((status): Fault => ({
    kind: "status",
    status,
    body,
    headers
  })),
  { kind: "status", status: 200, body: "secret-words" },
  { kind: "reset" },
  { kind: "reset", when: "after" },
  { kind: "cut", when: "after" }
]

describe("a failure", () => {
  it.effect("holds a code and nothing else, and nothing is printed or traced beside it", () =>
    Effect.gen(function* () {
      const lines = yield* listening
      const logged: Array<string> = []
      const spans: Array<Tracer.NativeSpan> = []
      const logger = Logger.map(Logger.formatJson, (line) => void logged.push(line))
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const failures: Array<string> = []
      for (const fault of FAULTS)
        for (const [action, write] of WRITES)
          for (const target of ["read", write] as const) {
            const github = yield* gitHub({ token: "ghp_secretToken" })
            github.spoil(target, fault)
            failures.push(
              yield* printed(act(action)).pipe(
                Effect.provide(Layer.merge(on(github), Logger.layer([logger]))),
                Effect.provideService(Tracer.Tracer, tracer)
              )
            )
          }
      const codes = new Set(failures.flatMap((text) => /"code":"(\w+)"/.exec(text)?.[1] ?? []))
      expect([...codes].toSorted()).toEqual([
        "answer_cut",
        "bad_answer",
        "not_done",
        "rate_limited",
        "server_error",
        "unauthorized",
        "unreachable"
      ])
      expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(["CodeHost.prepare", "CodeHost.perform"]))
      expect(lines).toEqual([])
      expect(logged).toEqual([])
      const seen = JSON.stringify([failures, spans.map(({ attributes, events }) => [[...attributes], events])])
      for (const secret of ["ghp_", "secret-words", "127.0.0.1", "acme", "mona", "Looks good"]) {
        expect(seen).not.toContain(secret)
      }
    })
  )
})
