/**
 * The part of pino's logger that rooms use. Ids only: never a name, a CPR number, a title with a person, or a PIN.
 */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Says nothing; for tests and throw-away commands. */
export const silentLog: Log = { info() {}, warn() {}, error() {} }
