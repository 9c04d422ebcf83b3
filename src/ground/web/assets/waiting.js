// Follows a site that is still being made: shows how far it is, and opens the page when it is ready. Nothing is
// reloaded before that, so that a screen reader is not sent back to the top.
const shown = document.getElementById('waiting')

async function look() {
  const answer = await fetch(location.href, { headers: { accept: 'application/json' } }).catch(() => undefined)
  if (answer !== undefined && answer.status < 500) return location.reload()
  if (answer?.status === 503) {
    const { error } = await answer.json()
    if (shown !== null && shown.textContent !== error.message) shown.textContent = error.message
  }
  setTimeout(look, 3000)
}

setTimeout(look, 2000)
