/**
 * A process with a connected client, for tests that kill it. Prints its session once, then stays.
 */
import { Bare } from "./Clients.ts"

const apiBaseUrl = process.argv[2] ?? ""
const bare = new Bare({ apiBaseUrl })
await bare.manager.connect()
await bare.event("GUILD_CREATE")
console.log(JSON.stringify(bare.session))
