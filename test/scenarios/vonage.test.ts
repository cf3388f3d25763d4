/**
 * Both Vonage APIs through the real door: a signed text is answered through the API, a second delivery of it sends nothing,
 * and an unsigned one leaves nothing behind.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { PHONE, type World } from "#test/harness/World.ts"
import { timeless, it } from "./twice.ts"

const unsigned = (world: World, provider: "vonage-sms" | "vonage-messages"): Promise<{ readonly status: number }> => {
  const url = `${world.publicUrl}/webhook/sms`
  const text = `plan with ${MARKED[1]}`
  if (provider === "vonage-messages") {
    const from = PHONE.slice(1)
    return world.standIn.vonageMessages({ url }, { from, message_type: "text", text }, null)
  }
  return fetch(url, { method: "POST", body: new URLSearchParams({ msisdn: PHONE.slice(1), text, messageId: "0A" }) })
}

for (const provider of ["vonage-sms", "vonage-messages"] as const) {
  describe(provider, () => {
    it.twice(
      "a signed text is answered through the API, once however often it is delivered",
      async (world) => {
        await world.start()
        expect((await unsigned(world, provider)).status).toBe(403)
        expect((await world.keys()).filter(({ key }) => key.includes(PHONE.slice(1)))).toEqual([])

        const id = provider === "vonage-sms" ? "0A00000000000001" : "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
        const deliveries = await Promise.all([1, 2, 3].map(() => world.text(PHONE, "plan", id)))
        expect(deliveries.map(({ status, text }) => ({ status, text }))).toEqual(
          deliveries.map(() => ({ status: 200, text: "" }))
        )
        const texts = await world.sms(PHONE, 2)
        expect((await world.text(PHONE, "plan", id)).status).toBe(200)
        await world.settled(PHONE)
        expect(await world.sms(PHONE, 2)).toEqual(texts)
        expect(texts).toHaveLength(2)
        expect((await world.document(PHONE)).metrics.message_count).toBe(1)
        return { texts, document: timeless(await world.document(PHONE)) }
      },
      { provider }
    )
  })
}
