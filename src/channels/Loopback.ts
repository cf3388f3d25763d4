/**
 * Whether a call comes from this very machine. What believes whoever calls it (the local provider, a developer's name without a
 * key) only listens here: the peer must be a loopback address, nothing may have forwarded the call, and a browser page of
 * another site may not have made it.
 */

/** True for 127.0.0.0/8, ::1, their mapped form, and `localhost`. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|\[?::1\]?|localhost)$/i.test(host)

const hostOf = (authority: string): string => authority.replace(/^[a-z]+:\/\//i, "").replace(/:\d+$/, "")

const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]

export interface Caller {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The connection's other end; `null` = unknown. */
  readonly peer: string | null
}

export const isFromHere = ({ headers, peer }: Caller): boolean =>
  peer !== null &&
  isLoopback(peer) &&
  forwarding.every((name) => headers[name] === undefined) &&
  isLoopback(hostOf(headers["host"] ?? "")) &&
  (headers["origin"] === undefined || isLoopback(hostOf(headers["origin"])))
