/**
 * Ash put together: what the effects of its actors call, what listens to Discord, and how both are. With no Discord token
 * the actors are there, nothing listens, and what they want to post waits.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { classifyJobs } from "#capabilities/AshJobs.ts"
import { CrisisClassifier } from "#capabilities/classifier/CrisisClassifier.ts"
import { companionJobs } from "#capabilities/companion/CompanionJobs.ts"
import { alertNotices } from "#channels/discord/AlertNotices.ts"
import { alertPosts } from "#channels/discord/AlertPosts.ts"
import { CatchUp } from "#channels/discord/CatchUp.ts"
import { Channels } from "#channels/discord/Channels.ts"
import { sendDirect } from "#channels/discord/DirectMessages.ts"
import { DiscordHealth } from "#channels/discord/DiscordHealth.ts"
import * as Gateway from "#channels/discord/Gateway.ts"
import { GuildPurge } from "#channels/discord/GuildPurge.ts"
import { Ingress } from "#channels/discord/Ingress.ts"
import { IngressDelivery } from "#channels/discord/IngressDelivery.ts"
import { Interactions } from "#channels/discord/Interactions.ts"
import { tellOperators } from "#channels/discord/OperatorNotices.ts"
import { PluralKit } from "#channels/discord/PluralKit.ts"
import { postSessionNotes } from "#channels/discord/SessionNotes.ts"
import { SetupCheck } from "#channels/discord/SetupCheck.ts"
import * as StoreAwayAlarm from "#channels/discord/StoreAwayAlarm.ts"
import { weeklyReports } from "#channels/discord/WeeklyReports.ts"
import type { Component } from "#channels/http/ServiceDescription.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"

/** What the effects of Ash's actors call, by actor type. */
export const handlers = (policy: AshPolicy) =>
  Effect.gen(function* () {
    return {
      member: classifyJobs(policy.history),
      alert: { ...(yield* alertPosts(policy)), notify: yield* alertNotices(policy) },
      "ash-session": {
        ...companionJobs,
        sendDirect: yield* sendDirect,
        postSessionNotes: yield* postSessionNotes
      },
      desk: { tellOperators: yield* tellOperators },
      "weekly-report": { ...(yield* weeklyReports) }
    }
  })

/** Everything that listens to Discord. Starts and stops with the process; needs Discord for neither. */
export const listening = (policy: AshPolicy) => {
  const ingress = Ingress.layer.pipe(Layer.provide([Interactions.layer(policy), PluralKit.layer, GuildPurge.layer]))
  return Gateway.layer.pipe(
    Layer.provide([ingress, CatchUp.layer]),
    Layer.provide(Channels.layer),
    Layer.provideMerge([DiscordHealth.layer, SetupCheck.layer]),
    Layer.provide(IngressDelivery.layer.pipe(Layer.provide(StoreAwayAlarm.layer)))
  )
}

/** How Discord and the classifier are, for health. */
export const components = Effect.gen(function* () {
  const discord = yield* DiscordHealth
  const setup = yield* SetupCheck
  const classifier = yield* CrisisClassifier
  return Effect.gen(function* () {
    const { state, reason, degraded, shards, held } = yield* discord.report
    const problems = yield* setup.problems
    const unset = problems.some(({ keepsAlerts }) => keepsAlerts)
    const { state: answers, ...counts } = yield* classifier.health
    const parts: ReadonlyArray<Component> = [
      {
        name: "discord",
        state,
        reason: reason ?? (unset ? "setup" : null),
        degraded: degraded || unset,
        details: {
          shards: shards.map((shard) => ({ ...shard })),
          held: { ...held },
          setup: problems.map(({ problem, setting }) => ({ setting, problem }))
        }
      },
      { name: "classifier", state: answers, reason: null, degraded: answers === "silent", details: counts }
    ]
    return parts
  })
})
