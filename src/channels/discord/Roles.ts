/**
 * Who may do what, decided from the roles that came with the interaction itself: no look-up, no cache, nothing to be out of
 * date. Fails closed: without configured roles, and outside a guild, nobody may.
 */
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { Asker } from "./InteractionPayload.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"

/**
 * `everyone`: a member about themselves. `team`: acts on alerts and reads members' words. `staff`: the team and the roles
 * that may use commands. `admin`: removes data, sees the configuration.
 */
export type Needs = "everyone" | "team" | "staff" | "admin"

const allowed = ({ crtRoles, slash }: DiscordSettingsService, needs: Exclude<Needs, "everyone">) => {
  switch (needs) {
    case "team":
      return crtRoles
    case "staff":
      return [...crtRoles, ...slash.allowedRoles, ...slash.adminRoles]
    case "admin":
      return slash.adminRoles
  }
}

/** Whether somebody with these roles belongs to the crisis team. */
export const isOfTeam = ({ crtRoles }: DiscordSettingsService, roles: ReadonlyArray<Snowflake> | null): boolean =>
  roles?.some((role) => crtRoles.includes(role)) === true

/** The reason why not, for the person who asked; `null` when they may. */
export const refusal = (settings: DiscordSettingsService, { roles }: Asker, needs: Needs): string | null => {
  if (needs === "everyone") return null
  const wanted = allowed(settings, needs)
  if (wanted.length === 0) {
    return needs === "admin"
      ? "Nobody may do this yet: no administrator role is configured (BOT_SLASH_COMMANDS_ADMIN_ROLE_IDS)."
      : "Nobody may do this yet: no crisis team role is configured (BOT_CRT_ROLE_IDS)."
  }
  if (roles?.some((role) => wanted.includes(role)) === true) return null
  return needs === "admin"
    ? "Sorry, this is for administrators of the crisis team."
    : "Sorry, this is for members of the crisis team."
}
