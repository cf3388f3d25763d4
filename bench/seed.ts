/** Many stored actors at once, made from one that the runtime stored itself; and the stored values, to check a run by. */
import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import type { Redis } from "ioredis"
import { type ActorAddress, format } from "#domain/ActorAddress.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import * as Keys from "#stores/redis/Keys.ts"
import { addressAt } from "./system.ts"

/** Copies per call of the script: it keeps Redis busy for some twenty milliseconds. */
const PER_CALL = 10_000

/**
 * `COPY` takes value and expiry over byte by byte. KEYS: the due index, then the model's own keys. ARGV: the model's type and
 * id, the format of an id, the first and the last number. Answers the number of keys written.
 */
const COPIES = `
local kind, model, pattern = ARGV[1], ARGV[2], ARGV[3]
local due = redis.call('ZSCORE', KEYS[1], kind .. '/' .. model)
local parts = {}
for k = 2, #KEYS do
  local from, to = string.find(KEYS[k], model, 1, true)
  parts[k] = { string.sub(KEYS[k], 1, from - 1), string.sub(KEYS[k], to + 1) }
end
local written = 0
for n = tonumber(ARGV[4]), tonumber(ARGV[5]) do
  local id = string.format(pattern, n)
  for k = 2, #KEYS do written = written + redis.call('COPY', KEYS[k], parts[k][1] .. id .. parts[k][2]) end
  if due then redis.call('ZADD', KEYS[1], due, kind .. '/' .. id) end
end
return written`

/** The keys beside the due index, which must all be the model's; no value may name it, or its copies would be wrong. */
const keysOf = async (client: Redis, { id }: ActorAddress): Promise<ReadonlyArray<string>> => {
  const keys = (await client.keys("*")).filter((key) => key !== Keys.DUE)
  for (const key of keys) {
    const kind = await client.type(key)
    const value = kind === "string" ? await client.get(key) : kind === "hash" ? await client.hgetall(key) : null
    if (!key.includes(id) || value === null) throw new Error(`a ${kind} that is not one actor's own`)
    if (JSON.stringify(value).includes(id)) throw new Error(`a ${kind} names its actor: it cannot be copied`)
  }
  return keys
}

/**
 * Has Redis hold `count` actors of a type, where it holds the first and nothing else. Throws unless as many keys and due
 * times are there at the end as that many actors have.
 */
export const copyFirst = async (client: Redis, type: string, count: number): Promise<void> => {
  const model = addressAt(type, 0)
  const keys = await keysOf(client, model)
  const waiting = await client.zcard(Keys.DUE)
  for (let from = 1; from < count; from += PER_CALL) {
    const to = Math.min(from + PER_CALL, count) - 1
    const args = [type, model.id, `${model.id.slice(0, -7)}%07d`, from, to]
    const written = await client.eval(COPIES, keys.length + 1, Keys.DUE, ...keys, ...args)
    if (written !== (to - from + 1) * keys.length) throw new Error(`${String(written)} keys were written`)
  }
  const stored = await client.dbsize()
  const due = await client.zcard(Keys.DUE)
  if (stored !== count * keys.length + waiting || due !== count * waiting) {
    throw new Error(`${stored} keys and ${due} due times are stored`)
  }
}

/** Throws unless the runtime finds in a few copies, the first and the last among them, exactly what it finds in the model. */
export const checkCopies = async ({ inspect }: ActorSystemService, type: string, count: number): Promise<void> => {
  const seen = async (n: number) => {
    const of = addressAt(type, n)
    const found = await Effect.runPromise(inspect(of))
    if (found === null || format(found.address) !== format(of)) throw new Error("a copy is not there")
    return { ...found, address: null }
  }
  const model = await seen(0)
  for (const n of [1, Math.floor(count / 3), Math.floor(count / 2), count - 1]) {
    if (!isDeepStrictEqual(await seen(n), model)) throw new Error("a copy is not what it was copied from")
  }
}

/** The stored value of each actor. Throws when one has none. */
export const storedValues = async (
  client: Redis,
  addresses: ReadonlyArray<ActorAddress>
): Promise<ReadonlyMap<ActorAddress, string>> => {
  const found = new Map<ActorAddress, string>()
  for (let from = 0; from < addresses.length; from += 1000) {
    const some = addresses.slice(from, from + 1000)
    for (const [n, value] of (await client.mget(some.map(Keys.record))).entries()) {
      if (value === null) throw new Error("an actor is not stored")
      found.set(some[n] as ActorAddress, value)
    }
  }
  return found
}
