// A screen in a branch. What is scanned is sent without leaving the page, so that the field keeps the focus and a scanner
// need not wait; the time is counted down; and what somebody left behind is cleared away. The server forgets by itself.
{
  const turn = document.querySelector('[data-kiosk]')
  const start = document.querySelector('[data-kiosk-start]')
  const SOON = 20
  const IDLE_MS = 60_000
  const ALIVE_MS = 240_000

  // A browser may keep a whole page for its Back button: nobody sees the last person's.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })

  for (const keys of document.querySelectorAll('[data-keys]')) {
    const field = document.getElementById(keys.dataset.keys)
    keys.hidden = false
    keys.addEventListener('click', ({ target }) => {
      const key = target.closest('[data-key]')
      if (key === null) return
      field.value = key.dataset.key === '' ? field.value.slice(0, -1) : field.value + key.dataset.key
      if (matchMedia('(any-pointer: fine)').matches) field.focus()
      field.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }

  if (start !== null) watchStart()
  if (turn !== null) watchTurn()

  /** Clears what somebody typed and left, and asks for the page anew so that it never grows old. */
  function watchStart() {
    const field = start.querySelector('input:not([type=hidden])')
    let touched = Date.now()
    for (const kind of ['input', 'pointerdown', 'keydown']) addEventListener(kind, () => (touched = Date.now()))
    setInterval(async () => {
      const idle = Date.now() - touched
      if (idle < IDLE_MS) return
      field.value = ''
      if (document.activeElement === document.body) field.focus()
      if (idle < ALIVE_MS) return
      touched = Date.now()
      const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined)
      if (answer?.ok) location.reload()
    }, 5000)
  }

  function watchTurn() {
    const shown = turn.querySelector('[data-countdown]')
    const soon = turn.querySelector('[data-soon]')
    let over = endOf(turn)
    const tick = setInterval(() => {
      const left = Math.ceil((over - Date.now()) / 1000)
      shown.textContent = shown.dataset.text.replace(/\d+/, String(Math.max(0, left)))
      turn.classList.toggle('kiosk-is-soon', left <= SOON)
      if (left > SOON) soon.textContent = ''
      else if (soon.textContent === '') soon.textContent = soon.dataset.text
      // The server has forgotten a moment ago.
      if (left < 0) leave()
    }, 500)

    function leave() {
      clearInterval(tick)
      document.querySelector('main').replaceChildren()
      location.replace(turn.dataset.home)
    }

    const form = turn.querySelector('form[data-scan]')
    if (form === null) return
    const field = form.elements.namedItem('barcode')
    const waiting = []
    let working = false

    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const scanned = field.value.trim()
      field.value = ''
      field.focus()
      if (scanned === '') return
      waiting.push(scanned)
      if (!working) sendAll()
    })

    async function sendAll() {
      working = true
      for (let scanned = waiting.shift(); scanned !== undefined; scanned = waiting.shift()) {
        const body = new URLSearchParams(new FormData(form))
        body.set('barcode', scanned)
        const answer = await fetch(form.action, { method: 'POST', body }).catch(() => undefined)
        const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined
        const next = page?.querySelector('[data-kiosk]')
        // The turn is over, or something is wrong: the server says what.
        if (!next?.querySelector('form[data-scan]')) return location.replace(turn.dataset.home)
        take(next)
      }
      working = false
    }

    function take(next) {
      for (const part of turn.querySelectorAll('[data-part]')) {
        const newest = next.querySelector(`[data-part="${part.dataset.part}"]`)
        part.replaceChildren(...(newest?.childNodes ?? []))
      }
      const nonce = next.querySelector('input[name=nonce]').value
      for (const each of turn.querySelectorAll('input[name=nonce]')) each.value = nonce
      over = endOf(next)
      field.setAttribute('aria-describedby', 'barcode-hint')
    }
  }

  function endOf(page) {
    return Date.now() + Number(page.dataset.seconds) * 1000
  }
}
