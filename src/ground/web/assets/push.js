// Signs this browser up for push messages when its button is pressed. Without script, or where the browser cannot, the
// page says so, and the button is not shown.
const form = document.querySelector('form[data-push-key]')
const said = document.getElementById('push-said')

if (form !== null && 'serviceWorker' in navigator && 'PushManager' in window) {
  form.hidden = false
  document.getElementById('push-cannot')?.remove()
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    signUp().catch(() => say(form.dataset.failed))
  })
}

async function signUp() {
  if ((await Notification.requestPermission()) !== 'granted') return say(form.dataset.blocked)
  const worker = await navigator.serviceWorker.register('/service-worker.js', { scope: '/' })
  await navigator.serviceWorker.ready
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: form.dataset.pushKey,
  })
  const { endpoint, keys } = subscription.toJSON()
  form.elements.endpoint.value = endpoint
  form.elements.p256dh.value = keys.p256dh
  form.elements.auth.value = keys.auth
  form.submit()
}

function say(text) {
  if (said !== null) said.textContent = text
}
