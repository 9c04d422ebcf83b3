import type { Adapter, AdapterPayload } from 'oidc-provider'

/**
 * Where a simulated provider keeps what it knows: in the program, for as long as the simulator runs. That something has
 * expired the provider sees by itself.
 */
export function memoryAdapter(): (kind: string) => Adapter {
  const kept = new Map<string, AdapterPayload>()
  const uids = new Map<string, string>()

  return (kind) => {
    const keyOf = (id: string) => `${kind} ${id}`
    return {
      async upsert(id, payload) {
        kept.set(keyOf(id), payload)
        if (kind === 'Session' && payload.uid !== undefined) uids.set(payload.uid, id)
      },
      find: async (id) => kept.get(keyOf(id)),
      findByUid: async (uid) => kept.get(keyOf(uids.get(uid) ?? '')),
      // Only devices without a browser have such codes.
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = kept.get(keyOf(id))
        // A code that has been used stays, so that a second use is known for one.
        if (payload) payload.consumed = 1
      },
      async destroy(id) {
        kept.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key)
      },
    }
  }
}
