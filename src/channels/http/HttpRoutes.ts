/** All routes of this channel in one layer, to be merged with the other channels' and served by `HttpServer.serve`. */
import * as Layer from "effect/Layer"
import { adminRoutes } from "./AdminRoutes.ts"
import { documentationRoutes } from "./Documentation.ts"
import { serviceRoutes } from "./ServiceRoutes.ts"

/** Health, metrics, recipes, documentation, and with `ADMIN_TOKEN` the operator's routes. */
export const HttpRoutes = Layer.mergeAll(serviceRoutes, adminRoutes, documentationRoutes)
