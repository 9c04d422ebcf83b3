// Offers titles, names and subjects while somebody types in a search field, as a combobox with a list. Without this the
// field is a field like any other, and nothing is asked of the server before the form is sent.
for (const form of document.querySelectorAll('form[data-suggest]')) {
  const field = form.querySelector('input[type="search"]')
  if (field !== null) enhance(form, field)
}

function enhance(form, field) {
  const list = document.createElement('ul')
  list.id = `${field.id}-suggestions`
  list.className = 'suggestions'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', form.dataset.label)
  list.hidden = true
  const told = document.createElement('p')
  told.className = 'sr-only'
  told.setAttribute('role', 'status')
  field.after(list, told)
  field.setAttribute('role', 'combobox')
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-expanded', 'false')
  field.setAttribute('aria-controls', list.id)

  let chosen = -1
  let typed = field.value
  let timer
  let asked = 0

  function close() {
    list.hidden = true
    chosen = -1
    field.setAttribute('aria-expanded', 'false')
    field.removeAttribute('aria-activedescendant')
  }

  function choose(next) {
    const options = [...list.children]
    chosen = (next + options.length + 1) % (options.length + 1)
    for (const [at, option] of options.entries()) option.setAttribute('aria-selected', String(at === chosen))
    const option = options[chosen]
    field.value = option === undefined ? typed : option.textContent
    if (option === undefined) field.removeAttribute('aria-activedescendant')
    else {
      field.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    }
  }

  function show(suggestions) {
    list.replaceChildren(
      ...suggestions.map((text, at) => {
        const option = document.createElement('li')
        option.id = `${list.id}-${at}`
        option.setAttribute('role', 'option')
        option.setAttribute('aria-selected', 'false')
        option.textContent = text
        // Before the field loses the focus, which would close the list.
        option.addEventListener('mousedown', (event) => {
          event.preventDefault()
          field.value = text
          close()
          form.requestSubmit()
        })
        return option
      }),
    )
    chosen = -1
    list.hidden = suggestions.length === 0
    field.setAttribute('aria-expanded', String(suggestions.length > 0))
    told.textContent = suggestions.length === 0 ? '' : `${suggestions.length} ${form.dataset.count}`
  }

  async function ask() {
    const number = ++asked
    if (typed.trim().length < 2) return close()
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`).catch(() => undefined)
    if (answer === undefined || !answer.ok) return
    const { suggestions } = await answer.json()
    // An answer that comes after what was typed later is for nobody.
    if (number === asked && document.activeElement === field) show(suggestions)
  }

  field.addEventListener('input', () => {
    typed = field.value
    clearTimeout(timer)
    timer = setTimeout(ask, 120)
  })
  field.addEventListener('blur', close)
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault()
      field.value = typed
      close()
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !list.hidden) {
      event.preventDefault()
      // Whoever chooses has done typing: the list stays as it is under the hand.
      clearTimeout(timer)
      asked++
      choose(chosen === -1 && event.key === 'ArrowUp' ? list.children.length - 1 : chosen + (event.key === 'ArrowDown' ? 1 : -1))
    }
  })
  form.addEventListener('submit', close)
}
