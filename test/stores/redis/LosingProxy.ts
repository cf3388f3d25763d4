/**
 * A TCP proxy that loses an answer: it lets the request through, waits until the server has answered, keeps the answer and
 * cuts both ends. That is what a failing network does at the worst moment.
 */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"

export interface LosingProxy {
  readonly port: number
  /** The answer to the next request with this text in it is kept, and the connection cut. */
  readonly loseAnswerTo: (text: string) => void
  /** How many answers were lost so far. */
  readonly lost: () => number
}

/** Starts the proxy before a local port; ends it with the scope. */
export const losingProxy = (target: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly proxy: LosingProxy; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      let wanted: string | null = null
      let losing = false
      let lost = 0
      const server = createServer((client) => {
        const upstream = connect(target, "127.0.0.1")
        for (const [socket, other] of [
          [client, upstream],
          [upstream, client]
        ] as const) {
          sockets.add(socket)
          socket.on("error", () => other.destroy())
          socket.on("close", () => {
            sockets.delete(socket)
            other.destroy()
          })
        }
        client.on("data", (chunk) => {
          if (wanted !== null && chunk.includes(wanted)) {
            losing = true
            wanted = null
          }
          upstream.write(chunk)
        })
        upstream.on("data", (chunk) => {
          if (!losing) return client.write(chunk)
          losing = false
          lost++
          return client.destroy()
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        if (address === null || typeof address === "string") throw new Error("no port")
        const proxy = { port: address.port, loseAnswerTo: (text: string) => void (wanted = text), lost: () => lost }
        const close = (): void => {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
        resume(Effect.succeed({ proxy, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ proxy }): LosingProxy => proxy))
