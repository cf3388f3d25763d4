/**
 * The documented requests, sent as they stand there, and the answers and keys their clients know, compared byte for byte
 * where no token and no time is. Two developers speak in two sessions while a process is killed between two commands.
 */
import { ALICE, type Answer, BOB, type DeveloperWorld, REPO } from "#test/harness/DeveloperWorld.ts"
import { describe, expect } from "#test/harness/effect.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { it } from "./developerWorlds.ts"

const ISO = /"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z"/g
const TOKEN = /[A-Za-z0-9_-]{43}/g

/** A text without its times and tokens. */
const timeless = (text: string): string =>
  text
    .replaceAll(ISO, '"TIME"')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "TIME")
    .replaceAll(TOKEN, "TOKEN")

const ASKED = `{
    "query": "What is a UFDR report?",
    "session_id": "session-abc-123",
    "email_id": "investigator@example.com",
    "current_timestamp": "2024-01-15T10:30:00Z"
  }`

describe("the analyst's documented bodies", () => {
  it.twice("are answered with theirs", async (world) => {
    const service = await world.start(world.model.environment())
    world.keepSecret("session-abc-123", "investigator@example.com")
    const ask = (body: string) => world.call(service, "/api/analytics", { as: null, body })
    const admin = { as: world.environment()["ADMIN_TOKEN"] ?? "" }

    const answer = await ask(ASKED)
    expect([answer.status, answer.text]).toEqual([
      200,
      '{"message":"Said to: What is a UFDR report?","status":"success","response":{"query":"What is a UFDR report?"},"session_id":"session-abc-123","status_code":200}'
    ])
    const only = await ask('{"query":"Who?"}')
    expect([only.status, only.text]).toEqual([
      200,
      '{"message":"Said to: Who?","status":"success","response":{"query":"Who?"},"session_id":null,"status_code":200}'
    ])
    const untimely = await ask('{"query":"Who?","session_id":"session-abc-123","current_timestamp":"yesterday"}')
    expect(untimely.status).toBe(200)
    expect(untimely.text).toMatch(
      /^\{"message":"Invalid timestamp format\.[^"]*","status":"error","response":\{\},"session_id":"session-abc-123","status_code":400\}$/
    )
    expect((await world.call(service, "/api/analytics", { as: null, method: "OPTIONS" })).text).toBe('{"status":"ok"}')

    const shown = await world.call(service, "/api/session/session-abc-123/debug", admin)
    expect(
      shown.text
        .replace(/"server_time":"[^"]*"/, '"server_time":"TIME"')
        .replace(/"timestamp":"20[^"]*"\}\]/, '"timestamp":"TIME"}]')
    ).toBe(
      '{"session_id":"session-abc-123","exists":true,"message_count":2,"messages":[' +
        '{"role":"user","content":"What is a UFDR report?","timestamp":"2024-01-15T10:30:00Z","metadata":{"email_id":"investigator@example.com","server_time":"TIME"}},' +
        '{"role":"assistant","content":"Said to: What is a UFDR report?","timestamp":"TIME"}],"redis_available":true}'
    )
    const cleared = await world.call(service, "/api/session/session-abc-123", { ...admin, method: "DELETE" })
    expect(cleared.text).toBe(
      '{"session_id":"session-abc-123","status":"success","message":"Session cleared successfully","redis_available":true}'
    )
    const gone = await world.call(service, "/api/session/session-abc-123/debug", admin)
    expect(gone.text).toBe(
      '{"session_id":"session-abc-123","exists":false,"message_count":0,"messages":[],"redis_available":true}'
    )
  })
})

/** A command as clients send it, said by somebody in a session. */
const say = async (
  world: DeveloperWorld,
  at: ServiceProcess,
  text: string,
  as: string,
  session: string
): Promise<Answer> => {
  const answer = await world.call(at, "/v1/command", {
    as,
    headers: { "x-session-id": session },
    body: `{"input":{"type":"text","text":"${text}"},"profile":"default","client_context":{"device":"ios","locale":"en-US","timezone":"America/Los_Angeles","app_version":"0.1.0"}}`
  })
  for (const token of answer.text.match(TOKEN) ?? []) world.keepSecret(token)
  return answer
}

describe("the developer's documented bodies", () => {
  it.twice("go from a summary to a review, over a kill, and never from one session to another", async (world) => {
    world.github.pull(REPO, 123, { title: "Fix the tap" })
    world.github.repository(REPO).reviewers.add("carol")
    const first = await world.start()
    const [mine, theirs] = [world.session(), world.session()]
    const summary = await say(world, first, `summarise PR 123 in ${REPO}`, ALICE, mine)
    expect(timeless(summary.text)).toMatch(
      /^\{"status":"ok","intent":\{"name":"pr\.summarize","confidence":[\d.]+,"entities":\{.*?\}\},"spoken_text":"[^"]*Fix the tap[^"]*","cards":\[\{.*\}\],"pending_action":null,"follow_on_task":null\}$/
    )
    const [context, ttl] = await world.redis((redis) =>
      Promise.all([redis.get(`session_context:${mine}`), redis.ttl(`session_context:${mine}`)])
    )
    expect(context).toBe(`{"repo":"${REPO}","pr_number":123}`)
    expect(ttl > 3500 && ttl <= 3600).toBe(true)
    await first.kill9()

    const second = await world.start()
    const elsewhere = await say(world, second, "request review from carol", BOB, theirs)
    expect([elsewhere.body["status"], elsewhere.body["pending_action"]]).toEqual(["error", null])
    const proposed = await say(world, second, "request review from carol", ALICE, mine)
    // As heard, and then what the session knew.
    const entities = `{"reviewers":["carol"],"repo":"${REPO}","pr_number":123}`
    const what = `Request review from carol on PR 123 in ${REPO}`
    const { pending_action } = proposed.body as { readonly pending_action: { readonly token: string } }
    const { token } = pending_action
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(timeless(proposed.text)).toBe(
      `{"status":"needs_confirmation","intent":{"name":"pr.request_review","confidence":1,"entities":${entities}},` +
        `"spoken_text":"${what}. Say confirm within 60 seconds.",` +
        `"cards":[{"title":"Confirm: ${what}","lines":["Runs only after you confirm.","Expires at TIME."]}],` +
        `"pending_action":{"token":"TOKEN","expires_at":"TIME","summary":"${what}"},"follow_on_task":null}`
    )
    const stored = await world.redis((redis) =>
      Promise.all([redis.get(`pending_action:${token}`), redis.ttl(`pending_action:${token}`)])
    )
    expect(timeless(stored[0] ?? "")).toBe(
      `{"token":"TOKEN","intent_name":"pr.request_review","entities":${entities},"summary":"${what}","expires_at":"TIME","user_id":"${ALICE}"}`
    )
    expect(stored[1] > 30 && stored[1] <= 60).toBe(true)

    const confirm = (body: string) => world.call(second, "/v1/commands/confirm", { body })
    const confirmed = await confirm(`{"token":"${token}","idempotency_key":"once"}`)
    expect([confirmed.status, confirmed.body["status"], confirmed.body["pending_action"]]).toEqual([200, "ok", null])
    expect(Object.keys(confirmed.body)).toEqual(Object.keys(proposed.body))
    expect((await confirm(`{"token":"${token}","idempotency_key":"once"}`)).text).toBe(confirmed.text)
    const expired = await confirm(`{"token":"${token}"}`)
    expect([expired.status, expired.body["error"], typeof expired.body["message"]]).toEqual([404, "expired", "string"])
    const invalid = await confirm("{}")
    expect([invalid.status, invalid.body["error"], typeof invalid.body["message"]]).toEqual([
      400,
      "validation_error",
      "string"
    ])
    expect(world.github.done().map(({ write }) => write)).toEqual(["review"])
    // What is measured and told of the process holds nobody's words, keys or ids either.
    for (const path of ["/metrics", "/health", "/readyz"]) {
      expect(world.leaks(await (await fetch(`${second.url}${path}`)).text()), path).toEqual([])
    }
    return [timeless(summary.text), timeless(elsewhere.text), timeless(confirmed.text)]
  })
})
