import { createECDH } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import webPush from 'web-push'
import { z } from 'zod'
import { systemRandom } from '#core'
import { OperatorProblem } from '#db'

/** The pair that says to push services who we are (RFC 8292), both base64url. Browsers sign up with the public one. */
export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
}

const schema = z.object({ publicKey: z.string(), privateKey: z.string() })

/**
 * The installation's pair, from a file beside the master key's. It is made once: with another pair every app would have
 * to sign up again. @throws OperatorProblem
 */
export async function vapidKeys(file: string): Promise<VapidKeys> {
  return (await readPair(file)) ?? (await makePair(file))
}

async function readPair(file: string): Promise<VapidKeys | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return undefined
    throw new OperatorProblem(`The file ${file} with the keys for push messages cannot be read.`)
  }
  const pair = schema.safeParse(jsonIn(text))
  if (!pair.success || !belongTogether(pair.data)) {
    throw new OperatorProblem(
      `The file ${file} does not hold the keys for push messages. Bring it back from safe-keeping; if it is removed a new pair is made, and every app must be signed up again.`,
    )
  }
  return pair.data
}

/** Whole or not at all, and only where there is none: of two programs that begin at once, one makes the pair. */
async function makePair(file: string): Promise<VapidKeys> {
  const pair = webPush.generateVAPIDKeys()
  const making = `${file}.${systemRandom().token(6)}.new`
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(making, 'w', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(pair)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(making, file)
  } catch (fault) {
    if (codeOf(fault) !== 'EEXIST') {
      throw new OperatorProblem(`The file ${file} with the keys for push messages cannot be made (${codeOf(fault)}).`)
    }
  } finally {
    await rm(making, { force: true })
  }
  return (await readPair(file)) ?? pair
}

function belongTogether({ publicKey, privateKey }: VapidKeys): boolean {
  const keys = createECDH('prime256v1')
  try {
    keys.setPrivateKey(privateKey, 'base64url')
    return keys.getPublicKey('base64url') === publicKey
  } catch {
    return false
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
}
