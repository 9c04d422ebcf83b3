/** What a command answers: a value, or a refusal. A refusal is what a library says no to every day; a fault is thrown. */
export type Result<Value, Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal }

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refuse<Refusal>(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal }
}

/** For a `switch` over kinds: does not compile while a kind is left out. */
export function unreachable(value: never): never {
  throw new Error(`a case nobody thought of: ${JSON.stringify(value)}`)
}

/** What must be true where data crosses a boundary. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
