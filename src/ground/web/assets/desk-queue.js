// What was scanned while Kvit did not answer: item and card numbers, times and what was done, each sealed as soon as it
// is scanned, under a key that the browser can use but not read out. Used by the desk's pages and by their worker.
self.deskQueue = (agency) => {
  const name = `kvit-desk-${agency}`
  const news = new BroadcastChannel(name)
  const letters = new TextEncoder()
  let opening
  let last = 0
  let adding = Promise.resolve()

  function database() {
    opening ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1)
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('key')
        asked.result.createObjectStore('scans', { keyPath: 'n', autoIncrement: true })
      }
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    })
    return opening
  }

  /** Does one thing to one store, and answers when it is on the disk. */
  async function within(store, mode, work) {
    const transaction = (await database()).transaction(store, mode, { durability: 'strict' })
    const asked = work(transaction.objectStore(store))
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked?.result)
      transaction.onabort = () => reject(transaction.error)
      transaction.onerror = () => reject(transaction.error)
    })
  }

  const read = (store, work) => within(store, 'readonly', work)

  async function change(store, work) {
    const result = await within(store, 'readwrite', work)
    news.postMessage(store)
    return result
  }

  function aboutOf(id) {
    return letters.encode(`${agency} ${id}`)
  }

  async function seal(scan) {
    const key = await queue.key()
    if (key === undefined) return false
    const id = crypto.randomUUID()
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const plain = letters.encode(JSON.stringify(scan))
    const closed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aboutOf(id) }, key.key, plain)
    const sealed = new Uint8Array([...iv, ...new Uint8Array(closed)])
    await change('scans', (store) => store.add({ id, key: key.id, sealed, tries: 0 }))
    return true
  }

  const queue = {
    /** The key of whoever is signed in here: its name, the key, and a mark of whose it is. */
    key: () => read('key', (store) => store.get('now')),

    async takeKey({ id, staff, key }) {
      const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0))
      const usable = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
      bytes.fill(0)
      await change('key', (store) => store.put({ id, staff, key: usable }, 'now'))
    },

    /** Signing out: what waits can be handed over still, and be read here by nobody any more. */
    dropKey: () => change('key', (store) => store.delete('now')),

    /** Keeps one scan; false when nobody is signed in to keep it for. */
    add(scan) {
      // Never two at one time, so that the order is told by the times alone; and one is on the disk before the next.
      last = Math.max(Date.now(), last + 1)
      const at = last
      const kept = adding.then(() => seal({ ...scan, at }))
      adding = kept.catch(() => {})
      return kept
    },

    count: () => read('scans', (store) => store.count()),

    /** The oldest, as they lie here. */
    oldest: (most) => read('scans', (store) => store.getAll(undefined, most)),

    /** What a scan says; undefined when somebody else scanned it. */
    async open({ id, key: wanted, sealed }, known) {
      const key = known ?? (await queue.key())
      if (key?.id !== wanted) return undefined
      const opener = { name: 'AES-GCM', iv: sealed.slice(0, 12), additionalData: aboutOf(id) }
      const plain = await crypto.subtle.decrypt(opener, key.key, sealed.slice(12)).catch(() => undefined)
      return plain && JSON.parse(new TextDecoder().decode(plain))
    },

    /** As JSON, for the server. */
    sent: ({ id, key, sealed, tries }) => ({ id, key, tries, sealed: btoa(String.fromCharCode(...sealed)) }),

    forget: ({ n }) => change('scans', (store) => store.delete(n)),
    triedAgain: (scan) => change('scans', (store) => store.put({ ...scan, tries: scan.tries + 1 })),

    /** Calls whenever something was kept or forgotten, here, in another tab or by the worker. */
    onChange(told) {
      new BroadcastChannel(name).addEventListener('message', () => told())
    },
  }
  return queue
}
