/**
 * A gate in front of a stand-in: requests wait at it until it is opened, then they pass. It lets a scenario say "while the
 * job is under way" and mean it.
 */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Gate {
  readonly url: string
  /** Resolves when a request has come to the gate. */
  readonly arrived: Promise<void>
  /** Lets all requests pass, those that wait and those to come. */
  readonly open: () => void
}

/** A gate before `target`, closed at first. Ends with its scope. */
export const gateBefore = (target: string): Effect.Effect<Gate, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const arrived = Promise.withResolvers<void>()
      const opened = Promise.withResolvers<void>()
      const server = createServer((request, response) => {
        arrived.resolve()
        const pass = async (): Promise<void> => {
          await opened.promise
          const authorization = request.headers.authorization ?? ""
          const answer = await fetch(`${target}${request.url ?? ""}`, { headers: { authorization } })
          response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text())
        }
        pass().catch(() => response.destroy())
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const { port } = server.address() as AddressInfo
      const gate: Gate = { url: `http://127.0.0.1:${port}`, arrived: arrived.promise, open: () => opened.resolve() }
      return { gate, server }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        server.close()
        await once(server, "close")
      })
  ).pipe(Effect.map(({ gate }) => gate))
