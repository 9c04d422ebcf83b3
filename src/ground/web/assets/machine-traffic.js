// Follows what the machines say: asks for the page again and takes over its table, unless it is to hold still, because
// somebody reads it or has the focus in it.
{
  const shown = document.getElementById('traffic')
  const button = document.querySelector('[data-follow]')
  const pause = button.textContent
  let still = false

  button.hidden = false
  button.addEventListener('click', () => {
    still = !still
    button.textContent = still ? button.dataset.on : pause
  })

  async function look() {
    if (!still && !document.hidden && !shown.contains(document.activeElement)) {
      const answer = await fetch(location.href, { cache: 'no-store', redirect: 'error' }).catch(() => undefined)
      if (answer?.ok && !still) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
        const newest = page.getElementById('traffic')
        if (newest !== null && newest.innerHTML !== shown.innerHTML) shown.replaceChildren(...newest.childNodes)
      }
    }
    setTimeout(look, 2000)
  }

  setTimeout(look, 2000)
}
