/**
 * The community of the Ash scenarios: a watched channel and a watched forum, one channel of the crisis team for each
 * severity, ten responders, some members, and people who may not act. Ids are fixed, so that failures read the same.
 */
import type { GuildSeed } from "./discord/Seed.ts"

const id = (nth: number): string => String(1_000_000_000_000_000_000n + BigInt(nth) * (1n << 22n))

/** Discord's channel type of a forum: it holds threads only. */
const FORUM = 15

export const RESPONDERS: ReadonlyArray<string> = Array.from({ length: 10 }, (_, nth) => id(100 + nth))

export const ASH = {
  guild: id(1),
  /** Watched. */
  general: id(10),
  forum: id(11),
  /** Not watched. */
  offtopic: id(12),
  monitor: id(20),
  crisis: id(21),
  critical: id(22),
  operators: id(23),
  notes: id(24),
  crt: id(30),
  wider: id(31),
  mia: id(200),
  noa: id(201),
  tom: id(202),
  /** A member without any role. */
  outsider: id(203),
  /** Written to when nobody answers. */
  lead: id(204)
} as const

/** The first responder. */
export const RITA: string = RESPONDERS[0] ?? ""
export const RICO: string = RESPONDERS[1] ?? ""

export const PEOPLE: ReadonlyArray<string> = [...RESPONDERS, ASH.mia, ASH.noa, ASH.tom, ASH.outsider, ASH.lead]

export const ashGuild: GuildSeed = {
  id: ASH.guild,
  name: "Cartel",
  roles: [
    { id: ASH.crt, name: "CRT", mentionable: false },
    { id: ASH.wider, name: "Helpers" }
  ],
  channels: [
    { id: ASH.general, name: "general" },
    { id: ASH.forum, name: "vents", type: FORUM },
    { id: ASH.offtopic, name: "offtopic" },
    { id: ASH.monitor, name: "crt-monitor" },
    { id: ASH.crisis, name: "crt-crisis" },
    { id: ASH.critical, name: "crt-critical" },
    { id: ASH.operators, name: "operators" },
    { id: ASH.notes, name: "crt-notes" }
  ],
  members: [
    ...RESPONDERS.map((id, nth) => ({ id, name: `responder-${nth}`, roles: ["CRT"] })),
    { id: ASH.mia, name: "mia" },
    { id: ASH.noa, name: "noa" },
    { id: ASH.tom, name: "tom" },
    { id: ASH.outsider, name: "outsider" },
    { id: ASH.lead, name: "lead", roles: ["CRT"] }
  ]
}

/** The documented variables that say where everything is. */
export const ashGuildEnvironment: Readonly<Record<string, string>> = {
  BOT_DISCORD_GUILD_ID: ASH.guild,
  BOT_MONITORED_CHANNELS: JSON.stringify([ASH.general, ASH.forum]),
  BOT_ALERT_CHANNEL_MONITOR_IDS: JSON.stringify([ASH.monitor]),
  BOT_ALERT_CHANNEL_CRISIS_IDS: JSON.stringify([ASH.crisis]),
  BOT_ALERT_CHANNEL_CRITICAL_IDS: JSON.stringify([ASH.critical]),
  BOT_CRT_ROLE_IDS: JSON.stringify([ASH.crt]),
  BOT_ESCALATION_ROLE_IDS: JSON.stringify([ASH.wider]),
  BOT_ESCALATION_LEAD_IDS: JSON.stringify([ASH.lead]),
  BOT_OPERATOR_CHANNEL_IDS: JSON.stringify([ASH.operators]),
  BOT_CRT_NOTES_CHANNEL_IDS: JSON.stringify([ASH.notes])
}
