// Follows an import: fetches the page again and takes over its numbers, until the file is read. What is being read aloud
// or pressed is left where it is.
const shown = document.getElementById('import-progress')

async function look() {
  const answer = await fetch(location.href).catch(() => undefined)
  if (answer?.ok && shown !== null) {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const newest = page.getElementById('import-progress')
    if (newest !== null) shown.replaceChildren(...newest.childNodes)
    // Once it has ended there are faults to read and other buttons.
    if (page.querySelector('script[src*="import-progress"]') === null) return location.reload()
  }
  setTimeout(look, 2000)
}

setTimeout(look, 1500)
