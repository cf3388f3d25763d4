/** The stand-in itself: what scenarios rely on when they kill a caller, hold a call or restart GitHub. */
import { describe, expect, it } from "vitest"
import { GitHubStandIn } from "#test/harness/GitHubStandIn.ts"
import { REPO } from "./Hosts.ts"

const start = async () => {
  const github = await GitHubStandIn.start()
  github.pull(REPO, 12)
  const authorization = `Bearer ${github.token}`
  const call = (method: string, path: string, body?: object, signal?: AbortSignal) =>
    fetch(`${github.url}${path}`, {
      method,
      headers: { authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal })
    })
  const comment = (signal?: AbortSignal) =>
    call("POST", `/repos/${REPO}/issues/12/comments`, { body: "hello" }, signal).then(
      ({ status }) => status,
      () => "broken"
    )
  return { github, call, comment }
}

describe("the GitHub stand-in", () => {
  it("forgets a call held before its work when the caller dies, and not one held after it", async () => {
    const { comment, github } = await start()
    for (const [when, times] of [
      ["before", 0],
      ["after", 1]
    ] as const) {
      const held = github.spoil("comment", { kind: "hold", when })
      const caller = new AbortController()
      const calling = comment(caller.signal)
      await held.met()
      caller.abort()
      expect(await calling).toBe("broken")
      expect(await comment()).toBe(201)
      await github.wrote(times + 1)
      held.release()
    }
    expect(github.done("comment")).toHaveLength(3)
    await github.stop()
  })

  it("lets a held call go on when its caller lives", async () => {
    const { comment, github } = await start()
    const held = github.spoil("write", { kind: "hold" })
    const calling = comment()
    await held.met()
    expect(github.done()).toEqual([])
    held.release()
    expect(await calling).toBe(201)
    expect(github.done()).toMatchObject([{ write: "comment", repo: REPO, id: 12 }])
    await github.stop()
  })

  it("keeps its address and what it has over a restart, during which nothing happens", async () => {
    const { comment, github } = await start()
    expect(await comment()).toBe(201)
    const held = github.spoil("comment", { kind: "hold" })
    const calling = comment()
    await held.met()
    const { url } = github
    await github.stop()
    expect(await calling).toBe("broken")
    expect(await comment()).toBe("broken")
    await github.resume()
    expect(github.url).toBe(url)
    expect(github.comments(REPO, 12)).toEqual(["hello"])
    expect(await comment()).toBe(201)
    await github.stop()
  })

  it("takes its token only, and knows its routes only", async () => {
    const { call, github } = await start()
    expect((await fetch(`${github.url}/repos/${REPO}/pulls/12`)).status).toBe(401)
    expect((await call("DELETE", `/repos/${REPO}/pulls/12`)).status).toBe(404)
    expect((await call("GET", `/repos/${REPO}/pulls/12`)).status).toBe(200)
    expect(github.calls.map(({ operation, status }) => [operation, status])).toEqual([
      ["pull", 401],
      ["unknown", 404],
      ["pull", 200]
    ])
    await github.stop()
  })

  it("refuses a search it does not understand", async () => {
    const { call, github } = await start()
    const q = encodeURIComponent("is:pr is:open label:bug")
    expect((await call("GET", `/search/issues?q=${q}`)).status).toBe(422)
    await github.stop()
  })
})
