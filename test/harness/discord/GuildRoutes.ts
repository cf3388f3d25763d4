/**
 * Rows for the gateway's address, the application and its commands, guilds, members and users, as the bot calls them.
 */
import { invalidRecipient, unknownMember, unknownUser } from "./ApiError.ts"
import type { CommandForm, Commands } from "./Commands.ts"
import type { Gateway } from "./Gateway.ts"
import { activeThreads, archivedThreads, channelObject, channelsOf, guildObject } from "./Guilds.ts"
import { type Asked, ok, type Table } from "./Routes.ts"
import { applicationFlags } from "./Sessions.ts"
import { byAge } from "./Snowflakes.ts"
import type { World } from "./World.ts"

const DAY_MS = 86_400_000

export const guildRoutes = (world: World, gateway: Gateway, commands: Commands): Table => {
  const guildOf = ({ part }: Asked) => world.guild(part("guild"))
  const application = () => {
    const { applicationId: id, bot } = world.identity
    return ok({
      id,
      name: bot.username,
      icon: null,
      description: "",
      bot_public: false,
      bot_require_code_grant: false,
      verify_key: "0".repeat(64),
      flags: applicationFlags(world),
      bot,
      owner: bot,
      team: null
    })
  }
  const replace = (scope: string, { body }: Asked) => ok(commands.replace(scope, body as ReadonlyArray<CommandForm>))
  return {
    "GET /gateway": () => ok({ url: gateway.url }),
    "GET /gateway/bot": () => {
      const { identifyLimit, shards } = gateway.options
      const remaining = Math.max(0, identifyLimit - gateway.identifies)
      const limit = { total: identifyLimit, remaining, reset_after: DAY_MS, max_concurrency: 1 }
      return ok({ url: gateway.url, shards, session_start_limit: limit })
    },
    "GET /applications/@me": application,
    "GET /oauth2/applications/@me": application,
    "GET /users/@me": () => ok(world.identity.bot),
    "GET /users/@me/guilds": () =>
      ok(
        [...world.guilds.values()]
          .filter(({ joined }) => joined)
          .map(({ id, name }) => ({
            id,
            name,
            icon: null,
            owner: false,
            permissions: String(world.identity.permissions),
            features: []
          }))
      ),
    "POST /users/@me/channels": ({ fields }) => {
      const userId = String(fields["recipient_id"] ?? "")
      if (!world.users.has(userId) || userId === world.identity.bot.id) throw invalidRecipient()
      return ok(channelObject(world, world.directChannel(userId)))
    },
    "GET /users/:user": ({ part }) => {
      const record = world.users.get(part("user"))
      if (record === undefined) throw unknownUser()
      return ok(record.object)
    },
    "GET /guilds/:guild": (asked) => ok(guildObject(guildOf(asked))),
    "GET /guilds/:guild/channels": (asked) => ok(channelsOf(world, guildOf(asked))),
    "GET /guilds/:guild/roles": (asked) => ok([...guildOf(asked).roles.values()]),
    "GET /guilds/:guild/threads/active": (asked) => {
      const threads = activeThreads(world, guildOf(asked))
      return ok({ threads, members: threads.flatMap(({ member }) => member ?? []) })
    },
    "GET /channels/:channel/threads/archived/public": ({ part, query: { before, limit = "50" } }) => {
      const threads = archivedThreads(world, world.channel(part("channel"))).filter(
        ({ thread_metadata: { archive_timestamp: at } }) => before === undefined || Date.parse(at) < Date.parse(before)
      )
      const page = threads.slice(0, Number(limit))
      const members = page.flatMap(({ member }) => member ?? [])
      return ok({ threads: page, members, has_more: threads.length > page.length })
    },
    "GET /guilds/:guild/members": (asked) => {
      const { after = "0", limit = "1" } = asked.query
      const members = [...guildOf(asked).members.values()]
        .filter(({ userId }) => byAge(userId, after) > 0)
        .sort((left, right) => byAge(left.userId, right.userId))
      return ok(members.slice(0, Number(limit)).map((member) => world.memberObject(member)))
    },
    "GET /guilds/:guild/members/:user": (asked) => {
      const member = guildOf(asked).members.get(asked.part("user"))
      if (member === undefined) throw unknownMember()
      return ok(world.memberObject(member))
    },
    "GET /applications/:app/commands": () => ok(commands.list("global")),
    "PUT /applications/:app/commands": (asked) => replace("global", asked),
    "GET /applications/:app/guilds/:guild/commands": (asked) => ok(commands.list(guildOf(asked).id)),
    "PUT /applications/:app/guilds/:guild/commands": (asked) => replace(guildOf(asked).id, asked)
  }
}
