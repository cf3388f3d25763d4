/**
 * What a turn writes for other tools to read, in the documented Redis shapes. Projections are part of the turn's commit
 * (G3): a reader never sees a document of a turn that did not happen. They are output only; the runtime never reads
 * them back to rebuild an actor.
 */
export type Projection =
  /** One string value (JSON by convention). `ttlMs: null` means no expiry: only for keys whose purpose forbids one. */
  | { readonly op: "put"; readonly key: string; readonly value: string; readonly ttlMs: number | null }
  | { readonly op: "delete"; readonly key: string }
