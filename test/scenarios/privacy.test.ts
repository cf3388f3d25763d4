/**
 * Nothing a person wrote, no number and no token in what the processes print. Every world of every scenario looks for them
 * when it closes; this file makes sure that the look is worth something, and gives the log the most to say.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { CREDENTIALS } from "#test/harness/ProviderStandIn.ts"
import { CRASHABLE, MARKED } from "#test/harness/ProcessWorld.ts"
import { PHONE } from "#test/harness/World.ts"
import { it } from "./twice.ts"
import { wholeConversation } from "./wholeConversation.ts"

describe("what a process prints", () => {
  it.twice("names no word, number or token of anybody, when all goes well and when little does", async (world) => {
    world.supervise({ CRASH_AT: "commit/conversation:after:3" }, CRASHABLE)
    world.directory.next({ status: 503 })
    world.cart.next({ cut: true, body: { items: [{ name: MARKED[0], quantity: 1, unit: "each" }] } })
    world.standIn.fail({ kind: "twilio-error", code: 20429, retryAfter: "0" })
    await wholeConversation(world)
    expect((await world.text(PHONE, `swap ${MARKED[0]} for ${MARKED[1]}`, "SMprivate1")).status).toBe(200)
    const target = { url: `${world.publicUrl}/webhook/sms`, signedFor: "https://elsewhere.example.com/" }
    const forged = await world.standIn.twilio(target, { From: PHONE, Body: MARKED[1] })
    expect(forged.status).toBe(403)
    expect((await world.standIn.twilio({ url: target.url }, { From: MARKED[0], Body: MARKED[1] })).status).toBe(400)
    expect(world.output()).toContain("webhook refused")
    expect(world.leaks(world.output())).toEqual([])
  })

  it.twice("would be noticed if it did", async (world) => {
    const texts = await (async () => {
      await world.start()
      await wholeConversation(world)
      return world.sms(PHONE, 3)
    })()
    const token = /recipes\/([\w-]+)\.pdf/.exec(texts.join())?.[1]
    for (const secret of [...MARKED, PHONE, CREDENTIALS.TWILIO_AUTH_TOKEN, token]) {
      expect(world.leaks(`INFO (#1): sent { to: '${secret}' }`)).not.toEqual([])
    }
  })
})
