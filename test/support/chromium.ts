import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The browser that tests drive: CHROME_PATH when set, else one of this machine's, else playwright's own download. */
export function findChromium(): string | undefined {
  const given = process.env.CHROME_PATH
  if (given) return existsSync(given) ? given : undefined
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...onPath, ...PLACES, chromium.executablePath()].find((file) => file !== '' && existsSync(file))
}

/**
 * Finds a browser or fetches one: Debian's package where we are root, otherwise playwright's download.
 * @throws with the command to run, when there is none to be had
 */
export function ensureChromium(say: (text: string) => void): string {
  const found = findChromium()
  if (found) return found
  const given = process.env.CHROME_PATH
  if (given) throw new Error(`There is no browser at CHROME_PATH=${given}. Set it right, or unset it.`)
  const commands = isDebianRoot() ? [...APT, PLAYWRIGHT] : [PLAYWRIGHT]
  for (const [program, ...words] of commands) {
    say(`no browser here; running: ${[program, ...words].join(' ')}`)
    spawnSync(program, words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      shell: process.platform === 'win32',
    })
    const fetched = findChromium()
    if (fetched) return fetched
  }
  throw new Error(
    [
      'The browser tests need Chromium, and it could not be fetched. Run one of these, then npm test again:',
      '  apt-get update && apt-get install -y chromium      (Debian, as root)',
      '  npx playwright-core install --with-deps chromium   (elsewhere)',
      'or set CHROME_PATH to a Chromium or Chrome, or leave these tests out: npm test -- --no-browser',
    ].join('\n'),
  )
}

type Command = readonly [string, ...string[]]
const APT: readonly Command[] = [
  ['apt-get', 'update'],
  ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
]
const PLAYWRIGHT: Command = ['npx', 'playwright-core', 'install', 'chromium']

function isDebianRoot(): boolean {
  if (process.getuid?.() !== 0) return false
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(system)
}
