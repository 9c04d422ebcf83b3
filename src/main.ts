import { join } from 'node:path'
import { finishRestore, restoring } from '#backup'
import { dayOf, ShiftedClock, stopwatch } from '#core'
import { connectCprService, readCprServiceConfig } from '#cpr-service'
import { OperatorProblem } from '#db'
import { connectNexi, readNexiConfig } from '#nexi'
import { finishErasures } from '#privacy'
import {
  houseDesk,
  houseDoor,
  LiveLog,
  readSip2Listeners,
  type Sip2RestOptions,
  type Sip2Server,
  startSip2Server,
} from '#sip2'
import { type Channels, connectChannels, readChannelFiles } from './channels.ts'
import { readConfig } from './config.ts'
import { demonstrationState, seedDemonstration, TimeMachine } from './demonstrate.ts'
import {
  DEMONSTRATION_MACHINES,
  DEMONSTRATION_PIN,
  DEMONSTRATION_STAFF,
  demonstrationKey,
  demonstrationPassword,
  firstLoan,
} from './demonstration-sign-in.ts'
import { connectIdentity, lateIdentity, readIdentityFile } from './identity.ts'
import { Installation } from './installation.ts'
import { logFolder, openLog } from './log.ts'
import type { Readiness } from './readiness.ts'
import { register } from './rooms.ts'
import { afterRestore, catchUp, followingJobs, newsJob, payingJob, startSchedule } from './schedule.ts'
import type { OutsideWorld } from './simulators.ts'
import { createSite } from './site.ts'
import { keepFiles } from './upkeep.ts'

/** Says something to whoever started the program; what the log holds is for later. */
function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const elapsed = stopwatch()
  const log = await openLog(config)
  const clock = new ShiftedClock()
  say('Kvit is starting …')
  const installation = await Installation.open({ config, log, clock })
  const { server, embedded } = installation
  say(
    `  PostgreSQL ${server.version}, ${embedded ? `embedded in ${embedded.folder}` : `database "${server.database}" at ${server.host}`}`,
  )

  const readiness: Readiness = { ready: false }
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`
  let outside: OutsideWorld | undefined
  const connectedCpr = config.cprFile && connectCprService(readCprServiceConfig(config.cprFile), { clock, log })
  const registerOf = (agency: string) => (connectedCpr ? connectedCpr(agency) : outside?.cprRegister(agency))
  const files = readChannelFiles(installation)
  const connectedNexi = config.paymentFile && connectNexi(readNexiConfig(config.paymentFile), publicUrl)
  const providers = () => outside?.payments ?? (connectedNexi || undefined)
  const machines: Sip2RestOptions = {
    libraries: {
      all: () => installation.agencies(),
      context: async (name, actor) =>
        (await restoring(installation.data.owner(), name)) ? undefined : installation.context(name, actor),
    },
    desk: houseDesk(),
    enter: houseDoor,
    live: new LiveLog(),
    log,
  }
  let channels: Channels | undefined
  const site = await createSite(installation, {
    machines,
    pushKey: () => channels?.pushKey,
    channelFiles: () => outside?.files ?? files,
    payments: providers,
    readiness: () => readiness,
    trustProxy: config.trustProxy,
    publicUrl,
    identity: config.identityFile
      ? connectIdentity(readIdentityFile(config.identityFile), publicUrl)
      : lateIdentity(() => outside?.identity),
    cprRegister: registerOf,
  })
  channels = await connectChannels(installation, {
    files,
    publicUrl,
    isDemonstration: () => readiness.machine !== undefined,
    outside: () => outside?.channels,
  })
  let sip2: Sip2Server | undefined
  const closing = new AbortController()
  const address = await site.listen({ host: config.host, port: config.port }).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'EADDRINUSE') throw fault
    throw new OperatorProblem(
      `Port ${config.port} is in use. Stop what uses it, or start with another: PORT=3001 npm start`,
    )
  })
  const stop = closeInOrder()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
  say(`  Answering at ${address}`)

  try {
    await prepare(installation, { address, clock, readiness, channels })
  } catch (fault) {
    if (closing.signal.aborted) return
    throw fault
  }
  if (closing.signal.aborted) return
  if (readiness.machine) {
    // Loaded where there is a demonstration only: in production no simulator is in the program.
    const { startOutsideWorld } = await import('./simulators.ts')
    outside = await startOutsideWorld(installation, publicUrl)
  }
  const schedule = startSchedule(installation, channels, [
    keepFiles,
    ...followingJobs(registerOf),
    newsJob(channels, publicUrl),
    payingJob((agency) => providers()?.provider(agency)),
  ])
  closing.signal.addEventListener('abort', () => void schedule.stop().then(() => channels.close()))
  readiness.ready = true
  const listeners = readSip2Listeners(config.sip2)
  sip2 =
    readiness.machine && listeners.length === 0
      ? await startDemonstrationSip2(machines)
      : await startSip2Server({ ...machines, listeners }).catch(portTaken)
  await summary(installation, { address, took: elapsed(), outside, sip2 })

  function closeInOrder(): (signal: string) => Promise<void> {
    let closed: Promise<void> | undefined
    return (signal) => {
      closed ??= (async () => {
        say(`\n${signal}: closing …`)
        closing.abort()
        await sip2?.close()
        await site.close()
        await outside?.close()
        await installation.close()
        say('Closed.')
        process.exit(0)
      })()
      return closed
    }
  }
}

const SIP2_PORT = 6001

/** Where no port is named, a demonstration's machines call from this machine only, at the usual port if it is free. */
function startDemonstrationSip2(machines: Sip2RestOptions): Promise<Sip2Server> {
  const at = (port: number) => startSip2Server({ ...machines, listeners: [{ port, host: '127.0.0.1' }] })
  return at(SIP2_PORT).catch(() => at(0))
}

function portTaken(fault: NodeJS.ErrnoException): never {
  if (fault.code !== 'EADDRINUSE') throw fault
  throw new OperatorProblem(
    'A port of KVIT_SIP2_PORT or KVIT_SIP2_TLS_PORT is in use. Stop what uses it, or name another.',
  )
}

/** What must be done before anyone is served: the demonstration made, erasures finished, missed nights run. */
async function prepare(
  installation: Installation,
  given: {
    readonly address: string
    readonly clock: ShiftedClock
    readonly readiness: Readiness
    readonly channels: Channels
  },
): Promise<void> {
  const { address, clock, readiness, channels } = given
  const agencies = await installation.agencies()
  const state = await demonstrationState(installation)
  const mayDemonstrate = installation.embedded !== undefined && installation.config.demonstration
  if (mayDemonstrate && (agencies.length === 0 || (state && !state.finished_at)))
    await makeDemonstration(installation, readiness, address)
  readiness.machine = await TimeMachine.of(installation, clock)
  for (const { name, title } of await installation.agencies()) {
    const ctx = installation.context(name, { kind: 'system', job: 'start' })
    if (await restoring(installation.data.owner(), name)) {
      await finishRestore({ ctx, data: installation.data, register, ...afterRestore })
      say(`  ${title}: finished a restore that had been cut off`)
    }
    await installation.migrate(name)
    const finished = await finishErasures(ctx, register)
    if (finished > 0) say(`  ${title}: finished ${finished} erasures that had been cut off`)
    const caughtUp = await catchUp(ctx, await channels.of(ctx, title))
    const missed = caughtUp.filter((night) => night.late_days > 0)
    if (missed.length > 0)
      say(
        `  ${title}: caught up ${missed.length} missed nights, from ${missed[0]?.night_on} to ${missed.at(-1)?.night_on}`,
      )
  }
}

async function makeDemonstration(installation: Installation, readiness: Readiness, address: string): Promise<void> {
  say('  Living a year in five libraries, once (about two minutes); each opens when it has come to today …')
  let shown = -1
  const open = new Map<string, string>()
  readiness.open = open
  const line = process.stdout.isTTY ? '\n' : ''
  const elapsed = stopwatch()
  const reports = await seedDemonstration(installation, {
    opened: async ({ name, title }) => {
      open.set(name, title)
      const password = demonstrationPassword(installation)
      say(`${line}  ${title} is open: ${address}/${name}/staff/sign-in, username desk, password ${password}`)
      const loan = await firstLoan(installation, name)
      if (loan) say(`    a first loan at ${address}/${name}/staff/desk: card ${loan.card}, then item ${loan.barcode}`)
    },
    progress: ({ done, of }) => {
      readiness.progress = { done, of }
      const percent = Math.floor((done * 100) / of)
      if (percent === shown) return
      shown = percent
      if (process.stdout.isTTY)
        process.stdout.write(`\r  ${'█'.repeat(percent / 2.5)}${'░'.repeat(40 - percent / 2.5)} ${percent} %`)
      else if (percent % 10 === 0) say(`  ${percent} %`)
    },
  })
  delete readiness.progress
  const total = (key: 'loans' | 'erased' | 'forgotten') => reports.reduce((sum, report) => sum + report[key], 0)
  say(
    `${line}  ${total('loans')} loans lived, ${total('forgotten')} rows forgotten, ${total('erased')} patrons erased, in ${Math.round(elapsed() / 1000)} s`,
  )
}

async function summary(
  installation: Installation,
  given: {
    readonly address: string
    readonly took: number
    readonly outside: OutsideWorld | undefined
    readonly sip2: Sip2Server
  },
): Promise<void> {
  const { address, took, outside, sip2 } = given
  const agencies = await installation.agencies()
  say()
  say(`Kvit runs (${(took / 1000).toFixed(1)} s). Today is ${dayOf(installation.clock.now())} in the libraries.`)
  say()
  say(`  ${address}/`)
  for (const { name, title } of agencies) say(`  ${address}/${name}/`.padEnd(42) + title)
  if (agencies.length === 0) say('  No libraries yet. Add one: npm run kvit -- agency add --help')
  if ((await demonstrationState(installation))?.finished_at) {
    say()
    say(`  Sign in as staff:  ${address}/${agencies[0]?.name}/staff/sign-in`)
    const usernames = DEMONSTRATION_STAFF.map(({ username }) => username).join(', ')
    say(`    username ${usernames}; password ${demonstrationPassword(installation)}`)
    const [patron] = outside?.patrons ?? []
    if (patron) {
      say(`  Sign in as patron: ${address}/${patron.agency}/sign-in`)
      say(`    number ${patron.number}, PIN ${DEMONSTRATION_PIN}; or MitID, as somebody invented`)
    }
    const [first] = agencies
    const loan = first && (await firstLoan(installation, first.name))
    if (loan) {
      say(`  Lend a first book: ${address}/${first.name}/staff/desk`)
      say(`    card ${loan.card}, then item ${loan.barcode}`)
    }
    const names = DEMONSTRATION_MACHINES.map(({ name }) => name).join(', ')
    say(`  Machines (SIP2):   port ${sip2.ports.join(', ')}; ${address}/${first?.name}/kiosk in a browser`)
    say(`    terminals ${names}, each as name@library; key ${demonstrationKey(installation)}`)
    for (const { label, url } of outside?.inboxes ?? []) say(`  ${label.en}:`.padEnd(21) + url)
    say(`  Move the clock:    ${address}/time-machine`)
    say(`  In English:        ${address}/en/`)
  }
  say()
  say(`  Data and logs in ${installation.config.data} (${join(logFolder(installation.config), '')})`)
  say('  Stop with Ctrl-C.')
}

main().catch((fault) => {
  process.stderr.write(
    fault instanceof OperatorProblem ? `${fault.message}\n` : `${fault instanceof Error ? fault.stack : fault}\n`,
  )
  process.exit(fault instanceof OperatorProblem ? 2 : 70)
})
