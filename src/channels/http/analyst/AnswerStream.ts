/**
 * An answer as server-sent events: `part` while it is written, `not_kept` where the session does not have it, then `answer` or
 * `error` with the whole documented body, which is what counts. Comments keep the connection alive meanwhile. Whoever hangs up changes nothing for the session.
 */
import * as Sse from "effect/encoding/Sse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { Answered, Answering } from "./Answering.ts"

/** Proxies commonly cut a connection that is silent for 30 or 60 s. The first goes out at once. */
const KEEP_ALIVE_EVERY = "10 seconds"
const KEEP_ALIVE = ": keep-alive\n\n"

interface Told {
  readonly event: "part" | "not_kept" | "answer" | "error"
  readonly data: string
}

/** True for a caller that would rather read along. */
export const wantsStream = (accept: string | undefined, stream: "true" | "false" | undefined): boolean =>
  stream === undefined ? /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(accept ?? "") : stream === "true"

const written = ({ data, event }: Told): string => Sse.encoder.write({ _tag: "Event", id: undefined, event, data })

const ending = ({ body, kept }: Answered): ReadonlyArray<Told> => {
  const event = body.status === "success" ? "answer" : "error"
  const last: Told = { event, data: JSON.stringify(body) }
  return kept || event === "error" || body.session_id === null ? [last] : [{ event: "not_kept", data: "{}" }, last]
}

/** Answers at once and goes on until the answer is there. */
export const streamed = ({ answered, parts }: Answering): HttpServerResponse.HttpServerResponse => {
  const told: Stream.Stream<Told> = Stream.merge(
    Stream.map(parts, (text): Told => ({ event: "part", data: JSON.stringify({ text }) })),
    Stream.flatMap(Stream.fromEffect(answered), (one) => Stream.fromIterable(ending(one))),
    { haltStrategy: "right" }
  ).pipe(Stream.takeUntil(({ event }) => event === "answer" || event === "error"))
  const text = Stream.merge(
    Stream.map(told, written),
    Stream.map(Stream.tick(KEEP_ALIVE_EVERY), () => KEEP_ALIVE),
    { haltStrategy: "left" }
  )
  return HttpServerResponse.stream(Stream.encodeText(text), {
    contentType: "text/event-stream",
    headers: { "x-accel-buffering": "no" }
  })
}
