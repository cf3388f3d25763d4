/**
 * `npm run phone -- +15551234567`: a phone in the terminal, against a running service with `SMS_PROVIDER=local`. Type a
 * line to text it; replies and later texts are printed as they arrive. Ends with ctrl-D.
 */
import { randomUUID } from "node:crypto"
import { createInterface } from "node:readline"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as LocalPhoneClient from "./LocalPhoneClient.ts"

const lines = Stream.fromAsyncIterable(createInterface({ input: process.stdin }), (error) => error as Error)

const incoming = (text: string) => Console.log(`\n  ${text.replaceAll("\n", "\n  ")}\n`)

const listen = (phone: LocalPhoneClient.LocalPhone) => {
  let after = 0
  return Effect.gen(function* () {
    const { messages } = yield* phone.inbox(after)
    for (const message of messages) {
      yield* incoming(message.text)
      after = message.n
    }
  }).pipe(
    Effect.catch(() => Effect.sleep("1 second")),
    Effect.forever
  )
}

const phoneCommand = Command.make(
  "phone",
  {
    number: Argument.String("number").pipe(Argument.withDescription("The phone's number, such as +15551234567")),
    url: Flag.String("url").pipe(
      Flag.withDescription("Where the service listens"),
      Flag.withDefault("http://127.0.0.1:3000")
    )
  },
  Effect.fn(function* ({ number, url }) {
    const phone = yield* LocalPhoneClient.make(url, number)
    yield* Console.log('Text the service: try "plan". ctrl-D ends.')
    yield* Effect.forkScoped(listen(phone))
    yield* Stream.runForEach(lines, (line) =>
      phone.text(line, randomUUID()).pipe(
        Effect.flatMap(({ reply }) => (reply === null ? Effect.void : incoming(reply))),
        Effect.catch((error) =>
          Console.error(`not delivered (${error._tag}): is the service running with SMS_PROVIDER=local?`)
        )
      )
    )
  }, Effect.scoped)
).pipe(Command.withDescription("A phone in the terminal, for the local SMS provider"))

Command.run(phoneCommand, { version: "0.1.0" }).pipe(
  Effect.provide(Layer.merge(NodeServices.layer, NodeHttpClient.layerUndici)),
  NodeRuntime.runMain
)
