/** A process that starts, asks one actor and passes its answer on: `firstAnswer.ts <url> <actor>`. */
import * as Effect from "effect/Effect"
import { addressAt } from "../system.ts"
import { sleeper } from "./charts.ts"
import { openOn } from "./stores.ts"

const [url = "", n = "0"] = process.argv.slice(2)
const { close, system } = await openOn(url)
const answer = await Effect.runPromise(
  system.ask(addressAt(sleeper.type, Number(n)), { type: "ADD" }, { id: `start.${process.pid}` })
)
process.send?.(answer)
await close()
process.disconnect()
