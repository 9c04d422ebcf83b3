/** What a measured process may be asked to do; it travels as JSON. */
export type Job = NightsJob | DeskJob | ExportJob | BareJob | QueueJob

/** One night in each library, by the program or by one hand-written statement for each. */
export interface NightsJob {
  readonly kind: 'nights'
  readonly by: 'kvit' | 'floor'
  readonly agencies: readonly string[]
  readonly atOnce: number
  readonly night: string
  /** Which counters the hand-written statement adds to; the program has them from the policy. */
  readonly counters: readonly ('lending' | 'circulation')[]
}

export interface NightsOutcome {
  readonly kind: 'nights'
  readonly ms: number
  readonly rows: number
  readonly longest_batch_ms: number
  /** The most memory the process ever held. */
  readonly memory_mb: number
}

/** Checkout and checkin of each item in turn, by so many clients side by side. */
export interface DeskJob {
  readonly kind: 'desk'
  readonly by: 'kvit' | 'floor'
  readonly agency: string
  readonly for_ms: number
  /** Each client's own patron and items. */
  readonly clients: readonly { readonly card: string; readonly barcodes: readonly string[] }[]
}

export interface DeskOutcome {
  readonly kind: 'desk'
  readonly ms: number
  readonly commands: number
}

/** The queue of an item's title, turned over and over. */
export interface QueueJob {
  readonly kind: 'queue'
  readonly agency: string
  readonly barcode: string
  readonly waiting: number
  /** So many turns first. */
  readonly warmUp: number
  readonly for_ms: number
}

/** A server of its own process, for {@link LoadJob} to ask. */
export interface ServeJob {
  readonly by: 'kvit' | 'floor'
  readonly agency: string
  /** At the desk a checkout also writes a receipt and a line of the access log; else a machine lends. */
  readonly desk: boolean
  /** How many of the first patrons have a PIN. */
  readonly pins?: number
  /** How many from the five hundredth on have one. */
  readonly newPins?: number
  /** Machines may call over SIP2 too. */
  readonly sip2?: boolean
  /** The national website may ask. */
  readonly website?: boolean
}

/** How a machine finds the SIP2 of a server. */
export interface Machine {
  readonly port: number
  readonly name: string
  readonly secret: string
}

/** How the load finds a server and signs in there. */
export interface Served {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly machine?: Machine
  /** Where the server tells how much memory it holds. */
  readonly memoryPath: string
}

/**
 * How many commands a server carries out before it is timed. One that has just started is still compiling itself, for
 * some thousand commands; a number of seconds would leave the slower of two, or the one with fewer clients, the colder.
 */
export const WARM_UP = 4000

export type AnyLoad = LoadJob | Sip2Job | Sip2IdleJob | CatalogueLoad

/** The same over SIP2: each client has a connection of its own. */
export interface Sip2Job {
  readonly kind: 'sip2'
  readonly machine: Machine
  /** So many commands first. */
  readonly warmUp: number
  readonly for_ms: number
  readonly clients: readonly { readonly card: string; readonly barcodes: readonly string[] }[]
}

/** Message 99 of one machine, while so many others are connected and say nothing. */
export interface Sip2IdleJob {
  readonly kind: 'sip2-idle'
  readonly machine: Machine
  readonly port: number
  readonly memoryPath: string
  readonly idle: number
  readonly times: number
}

/** Pages of records, asked for by many readers at once. */
export interface CatalogueLoad {
  readonly kind: 'catalogue'
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly records: readonly string[]
  readonly each: number
  readonly clients: number
  readonly for_ms: number
}

/** What {@link CatalogueLoad} asks, as the bare statement. */
export interface BareJob {
  readonly kind: 'bare'
  readonly agency: string
  readonly statement: { readonly name: string; readonly text: string }
  readonly records: readonly string[]
  readonly each: number
  readonly clients: number
  readonly connections: number
  readonly for_ms: number
}

/** Checkout and checkin of each item in turn over HTTP, by so many clients side by side. */
export interface LoadJob {
  readonly kind: 'load'
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** What each checkout says beside card and item. */
  readonly extra: Readonly<Record<string, unknown>>
  /** So many commands first. */
  readonly warmUp: number
  /** Each client's cards are used so long; without it each card once. */
  readonly for_ms: number | null
  readonly clients: readonly { readonly cards: readonly string[]; readonly barcodes: readonly string[] }[]
}

export interface LoadOutcome {
  readonly kind: 'load'
  readonly ms: number
  /** Of each command. */
  readonly times: readonly number[]
  /** How much more the server held while the idle machines were there, in bytes. */
  readonly memory?: { readonly rss: number; readonly heap: number }
}

export interface ExportJob {
  readonly kind: 'export'
  readonly by: 'kvit' | 'floor'
  readonly agency: string
  readonly patrons: readonly string[]
}

export interface ExportOutcome {
  readonly kind: 'export'
  /** For each patron. */
  readonly ms: readonly number[]
  readonly bytes: number
}

export type Outcome<Kind extends Job['kind']> = Kind extends 'bare' | 'queue'
  ? LoadOutcome
  : Extract<NightsOutcome | DeskOutcome | ExportOutcome, { kind: Kind }>
