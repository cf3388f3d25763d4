/** Answers what is said and pressed: commands, confirmations, buttons; and the inbox, which is a command's answer as a list. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { ActionWork } from "./ActionWork.ts"
import * as Answers from "./Answers.ts"
import { CodeHostReads, type CodeHostUnread } from "./CodeHostReads.ts"
import { Commands } from "./Commands.ts"
import { DeveloperApi } from "./DeveloperApi.ts"
import { CurrentDeveloper } from "./DeveloperKeys.ts"
import { DeveloperLimits } from "./DeveloperLimits.ts"
import { conflict } from "./DeveloperProblems.ts"
import { ownSession, sessionOfDevice } from "./SessionIds.ts"

export const commands = HttpApiBuilder.group(
  DeveloperApi,
  "commands",
  Effect.fnUntraced(function* (handlers) {
    const { run } = yield* Commands
    const work = yield* ActionWork
    const limits = yield* DeveloperLimits

    const confirm = Effect.fnUntraced(function* (token: string, idempotencyKey: string | null | undefined) {
      const { user } = yield* CurrentDeveloper
      yield* limits.request(user)
      yield* limits.action(user)
      const look = yield* work.confirm(user, token, idempotencyKey ?? null)
      return Answers.confirmed(Answers.intentOfAction(look), look)
    })
    const cancel = Effect.fnUntraced(function* (token: string) {
      const { user } = yield* CurrentDeveloper
      yield* limits.request(user)
      const look = yield* work.cancel(user, token)
      return Answers.cancelled(Answers.intentOfAction(look), look)
    })

    return handlers.handleAll({
      command: Effect.fnUntraced(function* ({ headers, payload }) {
        const developer = yield* CurrentDeveloper
        const { user } = developer
        const named = headers["x-session-id"] ?? ""
        const session =
          named === "" ? sessionOfDevice(user, payload.client_context.device) : yield* ownSession(developer, named)
        return yield* run(user, session, payload)
      }),
      confirm: ({ payload }) => confirm(payload.token, payload.idempotency_key),
      button: ({ payload: { action, idempotency_key, token } }) =>
        action === "confirm" ? confirm(token, idempotency_key) : cancel(token)
    })
  })
)

/** An inbox that cannot be read is not empty. */
const unread = ({ code }: CodeHostUnread) =>
  code === "not_connected"
    ? conflict("not_connected", "No code host is connected: there is no inbox to read.")
    : conflict("refused", "The code host's inbox cannot be read now.")

export const inbox = HttpApiBuilder.group(
  DeveloperApi,
  "inbox",
  Effect.fnUntraced(function* (handlers) {
    const reads = yield* CodeHostReads
    const limits = yield* DeveloperLimits
    return handlers.handle(
      "inbox",
      Effect.fnUntraced(function* () {
        yield* limits.request((yield* CurrentDeveloper).user)
        const found = yield* Effect.mapError(reads.inbox(null), unread)
        return {
          items: found.map(({ priority, repo, summary, title, type, url }) => ({
            type,
            title,
            priority,
            ...(repo === null ? {} : { repo }),
            ...(url === null ? {} : { url }),
            ...(summary === null ? {} : { summary })
          }))
        }
      })
    )
  })
)
