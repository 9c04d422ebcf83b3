// Goes on scanning when Kvit does not answer, and hands over what was scanned when it does. On an ordinary page of the desk
// this is a line that is seen only when something waits; on the page for scanning without the server it is the page.
const strip = document.querySelector('[data-offline]')
if (strip !== null && self.isSecureContext) begin(strip)

function begin(strip) {
  const { offline: agency, page, replay, refusals, signIn, worker, scope } = strip.dataset
  const texts = JSON.parse(strip.dataset.texts)
  const isWhole = strip.dataset.whole === 'yes'
  const queue = self.deskQueue(agency)
  const BATCH = 50
  const SOON_MS = 2_000
  const LATER_MS = 15_000
  const PATIENCE_MS = 8_000
  const SHOWN = 12

  let state = 'unknown'
  let signed
  // The least that was seen is nearest the truth: what an answer takes on its way only adds.
  let ahead = Number.POSITIVE_INFINITY
  let timer
  let running = false
  let drawing
  const results = []
  const heard = new Set()

  navigator.serviceWorker?.register(worker, { scope }).catch(() => {})
  const form = document.querySelector('[data-offline-form]')
  const lists = document.querySelector('[data-offline-lists]')
  const said = document.createElement('p')
  said.className = 'offline-said'
  said.setAttribute('role', 'status')
  const links = document.createElement('p')
  links.className = 'offline-links'
  strip.append(said, links)
  if (form !== null) useForm(form)
  queue.onChange(() => {
    clearTimeout(drawing)
    drawing = setTimeout(show, 50)
  })
  addEventListener('online', () => round())
  round()

  async function round() {
    if (running) return
    running = true
    clearTimeout(timer)
    try {
      state = await connect()
      if (state === 'there' && (await queue.count()) > 0) await handOver()
    } finally {
      running = false
    }
    await show()
    const waits = (await queue.count()) > 0 || state === 'away'
    if (waits || isWhole) timer = setTimeout(round, state === 'there' && !waits ? LATER_MS : SOON_MS)
  }

  function ask(address, given = {}) {
    return fetch(address, {
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...given,
      headers: { accept: 'application/json', ...given.headers },
    }).catch(() => undefined)
  }

  function post(address, content) {
    const headers = { 'content-type': 'application/json', 'x-csrf-token': signed.csrf }
    return ask(address, { method: 'POST', headers, body: JSON.stringify(content) })
  }

  /** Asks who is signed in, and has a key of theirs ready for when nobody answers any more. */
  async function connect() {
    const answer = await ask(`${page}/state`)
    if (answer?.status === 401) {
      if ((await queue.key()) !== undefined) await queue.dropKey()
      return 'signed-out'
    }
    if (answer === undefined || !answer.ok) return 'away'
    signed = await answer.json()
    ahead = Math.min(ahead, Date.now() - signed.clock)
    const key = await queue.key()
    if (key?.staff === signed.staff) return 'there'
    if (key !== undefined) await queue.dropKey()
    const given = await post(`${page}/key`, {})
    if (given?.ok) await queue.takeKey(await given.json())
    return 'there'
  }

  /** One tab at a time, where the browser can see to it; the server carries each scan out once in any case. */
  function handOver() {
    if (navigator.locks === undefined) return handOverAll()
    return navigator.locks.request(`kvit-replay-${agency}`, { ifAvailable: true }, (lock) => lock && handOverAll())
  }

  async function handOverAll() {
    // Measured again, since the first answer of a server that has just come back may be slow.
    if ((await connect()) !== 'there') return
    for (;;) {
      const scans = await queue.oldest(BATCH)
      if (scans.length === 0) return
      const opened = new Map(await Promise.all(scans.map(async (scan) => [scan.id, await queue.open(scan)])))
      const answer = await post(replay, { ahead: Math.round(ahead), scans: scans.map(queue.sent) })
      if (answer === undefined || !answer.ok) {
        state = answer?.status === 401 ? 'signed-out' : 'away'
        return
      }
      const told = new Map((await answer.json()).results.map((result) => [result.id, result]))
      for (const scan of scans) {
        const result = told.get(scan.id)
        if (result === undefined) return
        if (result.outcome === 'later') return queue.triedAgain(scan)
        results.unshift({ ...result, scan: opened.get(scan.id) })
        await queue.forget(scan)
      }
      await show()
    }
  }

  async function show() {
    const count = await queue.count()
    const key = await queue.key()
    const waiting = count === 0 ? texts.noneWaiting : count === 1 ? texts.oneWaiting : texts.manyWaiting
    const how = {
      there: texts.there,
      away: key === undefined ? texts.noKey : texts.away,
      'signed-out': texts.signedOut,
      unknown: '',
    }[state]
    const text = `${how} ${waiting.replace('{n}', String(count))}`
    if (said.textContent !== text) said.textContent = text
    strip.dataset.state = state
    strip.dataset.count = String(count)
    const refused = results.some(({ outcome }) => outcome === 'refused')
    strip.hidden = !isWhole && state === 'there' && count === 0 && !refused
    links.replaceChildren(
      ...(!isWhole && state === 'away' ? [link(page, texts.open)] : []),
      ...(state === 'signed-out' ? [link(`${signIn}?next=${encodeURIComponent(page)}`, texts.signIn)] : []),
      ...(refused ? [link(refusals, texts.lookAt)] : []),
    )
    if (form !== null) form.hidden = key === undefined
    if (lists !== null) await showLists(count, key)
  }

  function link(address, text) {
    const made = document.createElement('a')
    made.href = address
    made.textContent = text
    return made
  }

  async function showLists(count, key) {
    const scans = (await queue.oldest()).slice(-SHOWN).reverse()
    const rows = await Promise.all(scans.map(async (scan) => line(await queue.open(scan, key), texts.waiting, 'waiting')))
    const done = results.slice(0, SHOWN).map(({ scan, text, outcome, id }) => line(scan, text, outcome, id))
    lists.replaceChildren(list(done, 'done'), list(rows, 'waiting'))
    lists.dataset.count = String(count)
  }

  function list(rows, name) {
    const made = document.createElement('ul')
    made.className = `offline-list offline-${name}`
    made.hidden = rows.length === 0
    made.append(...rows)
    return made
  }

  function line(scan, text, outcome, id) {
    const made = document.createElement('li')
    made.className = `offline-scan offline-scan-${outcome}`
    // What is new is heard once: a line that is drawn again is none.
    if (id !== undefined && !heard.has(id)) {
      heard.add(id)
      if (outcome !== 'ok') made.dataset.outcome = outcome
    }
    const what = document.createElement('strong')
    what.textContent = scan === undefined ? texts.others : described(scan)
    made.append(what, ` ${text}`)
    return made
  }

  /** The number of a card is not for the queue at the desk to read. */
  function described({ deed, item, card, at }) {
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
    if (deed === 'scan') return `${time} ${texts.scan} …${item.slice(-4)}`
    if (deed === 'checkin') return `${time} ${texts.takeBack} ${item}`
    return `${time} ${texts.lend} ${item}, ${texts.card} …${card.slice(-4)}`
  }

  function useForm(form) {
    const [deed, card, item, branch] = ['deed', 'card', 'item', 'branch'].map((name) => form.elements.namedItem(name))
    const cardGroup = card.closest('.form-group')
    const note = document.createElement('p')
    note.className = 'offline-note'
    note.setAttribute('role', 'status')
    form.append(note)
    item.dataset.scanField = ''

    function ready() {
      cardGroup.hidden = deed.value === 'checkin'
      const field = deed.value === 'checkout' && card.value === '' ? card : item
      field.focus()
    }

    function tell(text, outcome) {
      const line = document.createElement('span')
      line.textContent = text
      if (outcome !== undefined) line.dataset.outcome = outcome
      note.replaceChildren(line)
    }

    async function keep(scan) {
      const isKept = await queue.add(scan)
      tell(isKept ? `${texts.kept}: ${scan.item}` : texts.noKey, isKept ? 'ok' : 'refused')
      if (isKept && state === 'there') round()
    }

    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const scan = { deed: deed.value, item: item.value.trim(), branch: branch.value }
      if (scan.deed === 'checkout') scan.card = card.value.trim()
      if (scan.card === '') tell(texts.needsCard, 'attention')
      else if (scan.item !== '') {
        // Emptied before anything is waited for: the next scan is already on its way.
        item.value = ''
        keep(scan)
      }
      ready()
    })
    deed.addEventListener('change', ready)
    form.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return
      card.value = ''
      item.value = ''
      ready()
    })

    // Where the server was lost in the middle of a visit, the same patron goes on, once that is said: what was scanned last
    // may have been the next one's card.
    queue.oldest().then(async (scans) => {
      const scan = location.hash === '#kept' && scans.length > 0 ? await queue.open(scans.at(-1)) : undefined
      if (scan?.deed === 'scan') {
        card.value = scan.card
        if (scan.branch) branch.value = scan.branch
        tell(scan.card === '' ? texts.keptAlone : texts.keptFor, 'attention')
      } else if (location.hash === '#again') tell(texts.scanAgain, 'attention')
      history.replaceState(null, '', page)
      await show()
      ready()
      if (scan !== undefined) card.select()
    })
  }
}
