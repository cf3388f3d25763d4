/** The process of Restate's handlers: sends its parent the port it serves on, ends with it. */
import { once } from "node:events"
import { createServer } from "node:http2"
import type { AddressInfo } from "node:net"
import * as restate from "@restatedev/restate-sdk"
import { type ChartEvent, initial, next, restored, written } from "./chart.ts"

const orders = restate.object({
  name: "order",
  options: { journalRetention: 0 },
  handlers: {
    take: async (context: restate.ObjectContext, event: ChartEvent): Promise<void> => {
      const text = await context.get<string>("snapshot")
      context.set("snapshot", written(next(text === null ? initial() : restored(text), event)))
    }
  }
})

process.once("disconnect", () => process.exit())
const server = createServer(restate.createEndpointHandler({ services: [orders], logger: () => {} }))
server.listen(0, "127.0.0.1")
await once(server, "listening")
process.send?.((server.address() as AddressInfo).port)
