// Three short sounds, so that whoever scans need not look up: done, done but look, not done. They belong to whatever on the
// page says data-outcome. Whether they are heard is remembered in this browser and nowhere else.
{
  const OFF = 'kvit-sound-off'
  // Frequency in hertz, beginning and length in seconds.
  const SOUNDS = {
    ok: [[880, 0, 0.09]],
    attention: [
      [660, 0, 0.12],
      [880, 0.15, 0.16],
    ],
    refused: [
      [220, 0, 0.2],
      [165, 0.24, 0.3],
    ],
  }
  const GRAVITY = ['refused', 'attention', 'ok']
  let speaker
  const isOff = () => localStorage.getItem(OFF) === 'yes'

  function play(outcome) {
    if (isOff() || SOUNDS[outcome] === undefined) return
    speaker ??= new AudioContext()
    // A browser keeps a page silent until somebody has touched it; a scan is a touch.
    speaker.resume()
    for (const [hertz, from, length] of SOUNDS[outcome]) {
      const tone = speaker.createOscillator()
      const loudness = speaker.createGain()
      const begin = speaker.currentTime + from
      tone.type = outcome === 'refused' ? 'square' : 'sine'
      tone.frequency.value = hertz
      // Risen and fallen softly: a tone that is cut off clicks.
      loudness.gain.setValueAtTime(0, begin)
      loudness.gain.linearRampToValueAtTime(0.15, begin + 0.01)
      loudness.gain.setValueAtTime(0.15, begin + length - 0.03)
      loudness.gain.linearRampToValueAtTime(0, begin + length)
      tone.connect(loudness).connect(speaker.destination)
      tone.start(begin)
      tone.stop(begin + length)
    }
  }

  /** Of several at once the gravest is heard. */
  function playFor(elements) {
    const outcomes = elements.flatMap((element) =>
      [element, ...element.querySelectorAll('[data-outcome]')].map(({ dataset }) => dataset.outcome),
    )
    const gravest = GRAVITY.find((outcome) => outcomes.includes(outcome))
    if (gravest !== undefined) play(gravest)
  }

  for (const place of document.querySelectorAll('[data-sound]')) {
    const button = place.querySelector('button')
    const off = button.textContent
    const show = () => {
      button.textContent = isOff() ? button.dataset.on : off
    }
    button.addEventListener('click', () => {
      if (isOff()) localStorage.removeItem(OFF)
      else localStorage.setItem(OFF, 'yes')
      show()
      play('ok')
    })
    show()
    place.hidden = false
  }

  playFor([document.body])
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof HTMLElement)
    playFor(added)
  }).observe(document.body, { childList: true, subtree: true })
}
