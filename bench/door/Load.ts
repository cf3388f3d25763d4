/**
 * Load by autocannon: so many connections kept open, on each one request at a time, every answer checked by status and body.
 *
 * The clock is ours and runs from when all requests are built until the last answer; opening the connections is in it.
 * autocannon's own would include the building and what is left of a sample. Times of requests are those of its `response`
 * event, as its histogram keeps whole milliseconds. A connection's first request is not among them: its time begins while
 * autocannon still builds the other connections' requests.
 */
import autocannon from "autocannon"

/** Milliseconds from one of autocannon's looks to the next whether all connections are done. */
const SAMPLE_MS = 10

export interface Load {
  readonly perSecond: number
  /** Milliseconds per request, without the first on each connection. */
  readonly took: ReadonlyArray<number>
}

/** Deals the requests out in turn, as autocannon deals out their number. */
const dealing = (requests: ReadonlyArray<autocannon.Request>, connections: number) => {
  let dealt = 0
  return (client: autocannon.Client): void => {
    const connection = dealt++
    client.setRequests(requests.filter((_, nth) => nth % connections === connection))
  }
}

/** Sends each request once. Throws unless every one is answered with 200 and the expected body. */
export const load = async (
  url: string,
  connections: number,
  requests: ReadonlyArray<autocannon.Request>,
  expected: RegExp
): Promise<Load> => {
  const { promise, reject, resolve } = Promise.withResolvers<autocannon.Result>()
  const wrong: Array<unknown> = []
  const verifyBody = (body: unknown): boolean => {
    const right = typeof body === "string" && expected.test(body)
    if (!right) wrong.push(body)
    return right
  }
  const instance = autocannon(
    {
      url,
      connections,
      amount: requests.length,
      setupClient: dealing(requests, connections),
      verifyBody,
      bailout: 1,
      sampleInt: SAMPLE_MS
    },
    (error: unknown, result) => (error ? reject(error) : resolve(result))
  )
  // Everything is built, and nothing is sent before the loop turns.
  const from = performance.now()
  let [right, lastAt] = [0, from]
  const begun = new Set<autocannon.Client>()
  const took: Array<number> = []
  instance.on("response", (client, status, _bytes, millis) => {
    lastAt = performance.now()
    if (status === 200) right++
    if (begun.has(client)) took.push(millis)
    else begun.add(client)
  })
  const { errors, mismatches } = await promise
  if (right !== requests.length || errors > 0 || mismatches > 0) {
    const what = `${right} of ${requests.length} requests answered with 200, ${errors} errors, ${mismatches} other bodies`
    throw new Error(wrong.length === 0 ? what : `${what}, the first: ${String(wrong[0])}`)
  }
  return { perSecond: (requests.length / (lastAt - from)) * 1000, took }
}
