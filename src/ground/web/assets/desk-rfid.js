// Reads what lies on the RFID pad of this machine through the bridge there, lends or takes back all of it, and sets the
// alarm of each item only after the server has said yes. What it says to the bridge is in docs/rfid.md.
const panel = document.querySelector('[data-rfid]')
if (panel !== null) beginRfid(panel)

function beginRfid(panel) {
  const TOKEN = 'kvit-rfid-token'
  const AGAIN_MS = 5_000
  const PATIENCE_MS = 8_000
  const texts = JSON.parse(panel.dataset.texts)
  const part = (name) => panel.querySelector(`[data-rfid-${name}]`)
  const [status, pad, deeds, results, pair] = ['status', 'pad', 'deeds', 'results', 'pair'].map(part)
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
  const waiting = new Map()
  // What an alarm ought to be and is not: set as soon as the item lies on the pad again.
  const wanted = new Map()
  let socket
  let items = []
  let requests = 0
  let busy = false

  panel.hidden = false
  panel.open = localStorage.getItem(TOKEN) !== null
  if (localStorage.getItem(TOKEN) === null) unpaired(texts.unpaired)
  else call()

  pair.addEventListener('submit', (event) => {
    event.preventDefault()
    const field = pair.querySelector('input')
    localStorage.setItem(TOKEN, field.value.trim())
    field.value = ''
    call()
  })
  const button = deeds.querySelector('button')
  button.addEventListener('click', () => carryOut())

  function say(text) {
    if (status.textContent !== text) status.textContent = text
  }

  function unpaired(text) {
    say(text)
    pair.hidden = false
    deeds.hidden = true
    pad.replaceChildren()
  }

  function call() {
    let isRefused = false
    pair.hidden = true
    socket = new WebSocket(panel.dataset.rfid)
    socket.addEventListener('open', () => tell({ type: 'hello', token: localStorage.getItem(TOKEN) }))
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data)
      if (message.type === 'refused') {
        isRefused = true
        localStorage.removeItem(TOKEN)
        unpaired(texts.refused)
      } else if (message.type === 'pad') show(message)
      else if (message.type === 'security') waiting.get(message.request)?.(message.done)
    })
    socket.addEventListener('close', () => {
      if (isRefused) return
      items = []
      pad.replaceChildren()
      deeds.hidden = true
      pair.hidden = false
      say(texts.away)
      setTimeout(() => localStorage.getItem(TOKEN) !== null && socket.readyState === WebSocket.CLOSED && call(), AGAIN_MS)
    })
  }

  function tell(message) {
    socket.send(JSON.stringify(message))
  }

  function show({ items: lying, others }) {
    const before = new Set(items.map(({ item }) => item))
    items = lying
    const count = items.length === 0 ? texts.empty : items.length === 1 ? texts.one : fill(texts.many, { n: items.length })
    say(others > 0 ? `${count} ${fill(texts.others, { n: others })}` : count)
    deeds.hidden = items.length === 0
    pad.replaceChildren(...items.map((item) => line(item.item, described(item), item.missing.length > 0 ? 'attention' : '')))
    for (const { item, secured } of items) {
      if (!wanted.has(item) || before.has(item)) continue
      const on = wanted.get(item)
      if (secured === on) wanted.delete(item)
      else secure(item, on).then((done) => done && wanted.delete(item))
    }
  }

  function described({ parts, missing, secured }) {
    const whole = parts > 1 ? [fill(texts.parts, { n: parts })] : []
    const lost = missing.length > 0 ? [fill(texts.missing, { parts: missing.join(', '), n: parts })] : whole
    return [...lost, secured ? texts.armed : texts.disarmed].join(', ')
  }

  function line(item, text, outcome) {
    const made = document.createElement('li')
    made.className = `offline-scan offline-scan-${outcome || 'none'}`
    const name = document.createElement('strong')
    name.textContent = item
    made.append(name, ` ${text}`)
    return made
  }

  function result(item, text, outcome) {
    const made = line(item, text, outcome)
    made.dataset.outcome = outcome
    results.prepend(made)
  }

  /** Sets one alarm; true when every part of the item has it. */
  function secure(item, on) {
    const request = ++requests
    return new Promise((resolve) => {
      const answer = (done) => {
        waiting.delete(request)
        resolve(done)
      }
      waiting.set(request, answer)
      setTimeout(() => answer(false), PATIENCE_MS)
      if (socket.readyState === WebSocket.OPEN) tell({ type: 'security', request, item, on })
      else answer(false)
    })
  }

  async function carryOut() {
    if (busy) return
    busy = true
    button.disabled = true
    results.replaceChildren()
    try {
      // What stands in the page's own form, as if each item had been scanned into it.
      const fields = new FormData(document.querySelector('form[data-scan]') ?? undefined)
      for (const item of [...items]) await one(item, fields.get('branch') ?? '', fields.get('_csrf') ?? '')
    } finally {
      busy = false
      button.disabled = false
      document.querySelector('[data-scan-field]')?.focus()
    }
  }

  async function one({ item, missing }, branch, csrf) {
    if (missing.length > 0) return result(item, texts.leftOut, 'attention')
    const { deed, address, card, patron } = panel.dataset
    const answer = await fetch(address, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ barcode: item, branch, ...(deed === 'checkout' ? { card, patron } : {}) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined)
    if (answer === undefined || (!answer.ok && answer.status !== 409)) return result(item, texts.noAnswer, 'refused')
    const told = await answer.json()
    if (!answer.ok) return result(item, told.told ?? texts.refusedItem, 'refused')
    const on = deed === 'checkin'
    const day = told.due_on && new Date(told.due_on).toLocaleDateString(document.documentElement.lang, { dateStyle: 'long' })
    const text = told.told ?? (on ? texts.returned : fill(texts.lent, { day }))
    wanted.delete(item)
    if (await secure(item, on)) return result(item, text, told.outcome ?? 'ok')
    wanted.set(item, on)
    result(item, `${text} ${on ? texts.stillDisarmed : texts.stillArmed}`, 'attention')
  }
}
