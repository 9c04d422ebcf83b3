import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Actor, at, type Log, MovableClock, type Random, seededRandom, silentLog } from '#core'
import { ensureDatabase, siblingUrl } from '#db'
import type { Context } from '#vault'
import { readConfig } from '../../src/config.ts'
import { Installation } from '../../src/installation.ts'
import { dropDatabases, temporaryFolder, testServer } from './server.ts'
import { copyTemplate } from './template.ts'

export interface TestLibrary {
  readonly installation: Installation
  readonly clock: MovableClock
  readonly random: Random
  readonly url: string
  /** The folder the installation was given: keys, logs, backups. */
  readonly folder: string
  /** A way into a library, as the nightly work unless another actor is named. */
  context(actor?: Actor, agency?: string): Context
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const NIGHT: Actor = { kind: 'system', job: 'test' }

/** The day most tests begin on: a Thursday, far from summer time and leap days. */
export const BEGIN = Temporal.PlainDate.from('2025-11-20')

const AGENCIES: Record<string, { number: string; title: string }> = {
  glostrup: { number: '716100', title: 'Glostrup Bibliotek' },
  stevns: { number: '733600', title: 'Stevns Bibliotekerne' },
  fredensborg: { number: '721000', title: 'Fredensborg Bibliotekerne' },
  ishoj: { number: '718300', title: 'Kulturium Bibliotek, Ishøj' },
  herning: { number: '765700', title: 'Herning Bibliotekerne' },
}

/**
 * A database of its own with the libraries asked for, each under its real policy unless another text is given, and a
 * clock that stands still at noon of {@link BEGIN}. `await using` closes it.
 */
export async function openTestLibrary(
  options: {
    agencies?: string[]
    policy?: (text: string, agency: string) => string
    begin?: Temporal.PlainDate
    seed?: string
    log?: Log
  } = {},
): Promise<TestLibrary> {
  const server = await testServer()
  const name = `kvit_test_${randomBytes(6).toString('hex')}`
  const folder = await temporaryFolder(`${name}-`)
  const url = siblingUrl(server.url, name)
  const clock = new MovableClock(at(options.begin ?? BEGIN, '12:00'))
  const random = seededRandom(options.seed ?? 'test')
  const agencies = options.agencies ?? ['fredensborg']
  const usual = !options.policy && !options.begin
  const copied = usual && (await copyTemplate({ server: server.url, name, folder, agencies, clock, make: addAgencies }))
  if (!copied) await ensureDatabase(server.url, name)
  const installation = await Installation.open({
    config: { ...readConfig({ DATABASE_URL: url, KVIT_DATA: folder }), mayMakeKey: true },
    log: options.log ?? silentLog,
    clock,
    random,
  })
  if (!copied) await addAgencies(installation, agencies, options.policy)
  const close = async () => {
    await installation.close()
    await dropDatabases(server.url, [name, `${name}_keys`])
    await rm(folder, { recursive: true, force: true })
    await server.stop()
  }
  return {
    installation,
    clock,
    random,
    url,
    folder,
    context: (actor = NIGHT, agency = agencies[0] as string) => installation.context(agency, actor),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function addAgencies(
  installation: Installation,
  agencies: readonly string[],
  policy?: (text: string, agency: string) => string,
): Promise<void> {
  for (const agency of agencies) {
    const known = AGENCIES[agency]
    if (!known) throw new Error(`no test library ${agency}`)
    const text = await readFile(join(import.meta.dirname, '..', '..', 'policies', `${agency}.yaml`), 'utf8')
    await installation.addAgency({ name: agency, ...known }, policy?.(text, agency) ?? text, 'test')
  }
}
