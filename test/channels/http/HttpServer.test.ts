import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { once } from "node:events"
import { Agent, request as httpRequest } from "node:http"
import { connect, type Socket } from "node:net"
import { bind } from "#channels/http/HttpServer.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { PHONE, type ServiceOptions, start, WORDS } from "./service.ts"

/** A service that the test itself stops. */
const stoppable = (options: ServiceOptions) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const service = yield* Scope.provide(start(options), scope)
    return { ...service, stop: Scope.close(scope, Exit.void) }
  })

const socketTo = (base: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const { hostname, port } = new URL(base)
      const socket = connect(Number(port), hostname)
      socket.on("error", () => {})
      await once(socket, "connect")
      return socket
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

/** All that comes until the other side hangs up. */
const untilClosed = (socket: Socket) =>
  Effect.promise(async () => {
    let text = ""
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")))
    await once(socket, "close")
    return text
  })

const canConnect = (base: string) =>
  Effect.promise(async () => {
    const { hostname, port } = new URL(base)
    const socket = connect(Number(port), hostname)
    try {
      await once(socket, "connect")
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  })

/** `/wait` says that it has begun, then answers when it is let go. */
const waiting = Effect.gen(function* () {
  const begun = yield* Deferred.make<void>()
  const letGo = yield* Deferred.make<void>()
  const answer = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(letGo)).pipe(
    Effect.as(HttpServerResponse.text("done"))
  )
  return {
    begun: Deferred.await(begun),
    letGo: Deferred.succeed(letGo, undefined),
    routes: HttpRouter.add("GET", "/wait", answer)
  }
})

describe("the server", () => {
  it.live("says once where it listens", () =>
    Effect.gen(function* () {
      const { base, lines } = yield* start()
      expect(
        lines.filter((line) => line.includes("listening")).map((line) => JSON.parse(line) as object)
      ).toMatchObject([{ message: `http: listening on ${base}`, level: "INFO" }])
    })
  )

  it.live("fails to start on an address that is taken", () =>
    Effect.gen(function* () {
      const { base } = yield* start()
      const error = yield* Effect.flip(start({ environment: { PORT: new URL(base).port } }))
      expect(error._tag).toBe("ServeError")
    })
  )

  it.live("answers unknown paths and its own mistakes with problems that repeat nothing", () =>
    Effect.gen(function* () {
      const routes = HttpRouter.add("GET", "/broken/:phone", Effect.die(new Error(WORDS)))
      const { call, lines } = yield* start({ routes })
      const unknown = yield* call(`/nothing/${PHONE}`)
      expect(unknown).toMatchObject({ status: 404, body: { type: "urn:tardigrade:problem:not-found", status: 404 } })
      const broken = yield* call(`/broken/${PHONE}`)
      expect(broken).toMatchObject({ status: 500, body: { type: "urn:tardigrade:problem:internal", status: 500 } })
      const wrote = lines.join("\n")
      expect(wrote).toContain("/broken/:phone")
      for (const text of [unknown.text, broken.text, wrote]) {
        expect(text).not.toContain(WORDS)
        expect(text).not.toContain(PHONE.slice(1))
      }
    })
  )

  it.live("hangs up on a client that does not finish its request", () =>
    Effect.gen(function* () {
      const { base, call } = yield* start({ environment: { HTTP_HEADERS_TIMEOUT: "200 millis" } })
      const socket = yield* socketTo(base)
      socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
      expect(yield* untilClosed(socket)).toContain("HTTP/1.1 408")
      expect((yield* call("/healthz")).status).toBe(200)
    })
  )

  it.live("refuses headers over its bound", () =>
    Effect.gen(function* () {
      const { base } = yield* start({ environment: { HTTP_MAX_HEADER_BYTES: "4096" } })
      const socket = yield* socketTo(base)
      socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${"a".repeat(5000)}\r\n\r\n`)
      expect(yield* untilClosed(socket)).toContain("HTTP/1.1 431")
    })
  )
})

describe("a stop", () => {
  it.live("lets the request in flight finish, takes no new one, and does not wait for an idle connection", () =>
    Effect.gen(function* () {
      const { begun, letGo, routes } = yield* waiting
      const { base, stop } = yield* stoppable({ routes })
      const agent = new Agent({ keepAlive: true })
      const answered = Effect.promise(async () => {
        const [response] = (await once(httpRequest(`${base}/wait`, { agent }).end(), "response")) as [
          { statusCode: number; resume: () => void } & NodeJS.EventEmitter
        ]
        response.resume()
        await once(response, "end")
        return response.statusCode
      })
      const inFlight = yield* Effect.forkChild(answered)
      yield* begun
      const stopping = yield* Effect.forkChild(stop)
      yield* Effect.repeat(canConnect(base), { while: (open) => open })
      expect(stopping.pollUnsafe()).toBeUndefined()
      yield* letGo
      expect(yield* Fiber.join(inFlight)).toBe(200)
      const finished = yield* Effect.timeoutOption(Fiber.join(stopping), "2 seconds")
      expect(finished._tag).toBe("Some")
      agent.destroy()
    })
  )

  it.live("cuts off what does not finish in time, and half a request does not hold it up", () =>
    Effect.gen(function* () {
      const { begun, routes } = yield* waiting
      const { base, call, stop } = yield* stoppable({ routes, environment: { HTTP_STOP_WITHIN: "100 millis" } })
      const half = yield* socketTo(base)
      half.write("GET /healthz HTTP/1.1\r\nHost: x\r\n")
      const endless = yield* Effect.forkChild(Effect.exit(call("/wait")))
      yield* begun
      const finished = yield* Effect.timeoutOption(stop, "5 seconds")
      expect(finished._tag).toBe("Some")
      yield* Fiber.await(endless)
      expect(yield* canConnect(base)).toBe(false)
    })
  )
})

describe("a client that asks and does not read", () => {
  it.live("does not hold up a stop", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const large = HttpServerResponse.uint8Array(new Uint8Array(64 * 1024 * 1024))
      const routes = HttpRouter.add("GET", "/large", Effect.as(Deferred.succeed(begun, undefined), large))
      const { base, stop } = yield* stoppable({ routes, environment: { HTTP_STOP_WITHIN: "100 millis" } })
      const socket = yield* socketTo(base)
      socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      yield* Deferred.await(begun)
      expect((yield* Effect.timeoutOption(stop, "5 seconds"))._tag).toBe("Some")
    })
  )
})

describe("a client that asks for a stream and does not read", () => {
  it.live("is hung up on after a while, and nothing is left behind", () =>
    Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      const endless = Stream.forever(Stream.succeed(new Uint8Array(65_536))).pipe(
        Stream.ensuring(Deferred.succeed(ended, undefined))
      )
      const routes = HttpRouter.add("GET", "/endless", Effect.succeed(HttpServerResponse.stream(endless)))
      const { base } = yield* start({ routes, environment: { HTTP_IDLE_TIMEOUT: "200 millis" } })
      const socket = yield* socketTo(base)
      socket.write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
      expect((yield* Effect.timeoutOption(Deferred.await(ended), "5 seconds"))._tag).toBe("Some")
    })
  )
})

describe("where it listens", () => {
  const bindOf = (environment: Record<string, string>) =>
    Effect.provideService(bind, ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))

  it.effect("is this machine only with the local provider, everywhere with a real one, and HOST where it is set", () =>
    Effect.gen(function* () {
      expect(yield* bindOf({})).toEqual({ host: "127.0.0.1", port: 3000 })
      expect(yield* bindOf({ SMS_PROVIDER: "local", PORT: "8000" })).toEqual({ host: "127.0.0.1", port: 8000 })
      expect(yield* bindOf({ SMS_PROVIDER: "off" })).toEqual({ host: "0.0.0.0", port: 3000 })
      expect(yield* bindOf({ SMS_PROVIDER: "twilio" })).toEqual({ host: "0.0.0.0", port: 3000 })
      expect(yield* bindOf({ SMS_PROVIDER: "twilio", HOST: "::1" })).toEqual({ host: "::1", port: 3000 })
    })
  )

  it.effect("is nowhere with a port that cannot be one", () =>
    Effect.gen(function* () {
      for (const PORT of ["-1", "65536", "http", "80.5"]) {
        expect((yield* Effect.flip(bindOf({ PORT })))._tag).toBe("ConfigError")
      }
    })
  )
})
