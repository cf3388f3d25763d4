/**
 * A process that sends events to a thousand actors of its own, as often as it is told: `driver.ts <url> <first actor>`. Each
 * message is a number of events; the answer is the same number when all of them are durable. Ends when its parent goes.
 */
import { drive } from "../rig.ts"
import { add, openOn } from "./stores.ts"

const OWN = 1_000

const [url = "", first = "0"] = process.argv.slice(2)
const { close, system } = await openOn(url)
const counts = new Map<number, number>()
let sent = 0

const send = async (events: number): Promise<void> => {
  const from = sent
  sent += events
  await drive(events, 256, (n) => add(system, { counts }, Number(first) + ((from + n) % OWN)))
  process.send?.(events)
}

process.on("message", (events) => void send(Number(events)))
process.once("disconnect", () => void close())
await send(OWN)
