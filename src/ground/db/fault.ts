/** The SQLSTATE of a fault from PostgreSQL, such as `23505` for a value that must be unique. */
export function sqlState(fault: unknown): string | undefined {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
}

/** The name of the constraint a fault from PostgreSQL is about. */
export function violated(fault: unknown): string | undefined {
  return fault instanceof Error && 'constraint' in fault && typeof fault.constraint === 'string'
    ? fault.constraint
    : undefined
}
