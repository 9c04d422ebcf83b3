import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { addClient } from '#adgangsplatformen'
import { addStaff, addTerminal, setPin } from '#auth'
import { type Actor, type BranchId, dayOf, freshUuid, MovableClock, type PatronId, realClock, silentLog } from '#core'
import { sql } from '#db'
import { houseDesk, LiveLog, type Sip2Server, startSip2Server } from '#sip2'
import type { Context } from '#vault'
import { Installation } from '../src/installation.ts'
import { createSite } from '../src/site.ts'
import { configFor } from './bench.ts'
import { card, LEND, PIN, TAKE_BACK } from './floor.ts'
import type { Served, ServeJob } from './jobs.ts'

const MEMORY_PATH = '/bench/memory'

/** A server of the bench in a process of its own: Kvit, or the floor, which says how it can be reached and waits to be stopped. */
const { url, folder, job } = JSON.parse(process.argv[2] ?? '') as { url: string; folder: string; job: ServeJob }
const close = job.by === 'kvit' ? await serveKvit() : await serveFloor()
process.on('message', () => void close().then(() => process.exit(0)))

async function serveKvit(): Promise<() => Promise<void>> {
  const installation = await Installation.open({ config: configFor(url, folder), log: silentLog, clock: realClock })
  const site = await createSite(installation)
  site.get(MEMORY_PATH, () => memoryHeld())
  const ctx = installation.context(job.agency, { kind: 'operator', name: 'bench' })
  const numbers = [...range(1, job.pins ?? 0), ...range(500, job.newPins ?? 0)]
  for (const number of numbers) {
    const { patron_id } = await ctx.db.one<{ patron_id: PatronId }>(
      sql`select patron_id from identifier where value = ${card(number)}`,
    )
    await setPin(ctx, patron_id, PIN, 'desk')
  }
  const sip2 = job.sip2 ? await serveSip2(installation) : undefined
  const account = job.desk || job.website ? undefined : await machineAccount(ctx)
  await site.listen({ host: '127.0.0.1', port: 0 })
  const address = site.server.address()
  if (job.website) tell(address, '/external/agencyid/catalog', await websiteHeaders(installation, address))
  else if (job.desk) tell(address, `/${job.agency}/staff/desk`, await deskHeaders(ctx, site))
  else if (account) {
    const machine = sip2 && { port: sip2.ports[0] ?? 0, ...account }
    tell(address, `/${job.agency}/terminal`, basicAuth(account), machine)
  }
  return async () => {
    await sip2?.close()
    await site.close()
    await installation.close()
  }
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => from + at)
}

/** Somebody at the desk, signed in, with the token of the page's form. */
async function deskHeaders(ctx: Context, site: FastifyInstance): Promise<Served['headers']> {
  const username = `desk-${freshUuid().slice(-8)}`
  const password = `${freshUuid()} at the desk`
  const added = await addStaff(ctx, { username, name: 'Desk', password, email: null, roles: ['desk'] })
  if (!added.ok) throw new Error(`no desk: ${added.refusal.kind}`)
  const cookies = new Map<string, string>()
  const ask = async (path: string, form?: Record<string, string>) => {
    const answer = await site.inject({
      method: form ? 'POST' : 'GET',
      url: `/${job.agency}/staff/${path}`,
      cookies: Object.fromEntries(cookies),
      headers: { accept: 'text/html' },
      ...(form
        ? {
            payload: new URLSearchParams(form).toString(),
            headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
          }
        : {}),
    })
    for (const { name, value } of answer.cookies) cookies.set(name, value)
    return /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? ''
  }
  const token = await ask('sign-in')
  await ask('sign-in', { username, password, _csrf: token })
  const csrf = await ask('desk')
  if (!csrf) throw new Error('the desk did not open')
  return {
    cookie: [...cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '),
    'x-csrf-token': csrf,
  }
}

async function machineAccount(ctx: Context): Promise<{ name: string; secret: string }> {
  const { id } = await ctx.db.one<{ id: BranchId }>(sql`select id from branch order by code limit 1`)
  const added = await addTerminal(ctx, {
    name: `kiosk-${freshUuid().slice(-8)}`,
    kind: 'self-service',
    branch: id,
    withoutPin: false,
  })
  if (!added.ok) throw new Error(`no machine: ${added.refusal.kind}`)
  const { name, secret } = added.value
  return { name, secret }
}

function basicAuth({ name, secret }: { readonly name: string; readonly secret: string }): Served['headers'] {
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` }
}

function serveSip2(installation: Installation): Promise<Sip2Server> {
  const libraries = {
    all: () => installation.agencies(),
    context: async (name: string, actor: Actor) => installation.context(name, actor),
  }
  const listeners = [{ host: '127.0.0.1', port: 0, library: job.agency }]
  return startSip2Server({ libraries, listeners, desk: houseDesk(), live: new LiveLog(), log: silentLog })
}

/** As the national website signs in for a library. */
async function websiteHeaders(
  installation: Installation,
  address: string | AddressInfo | null,
): Promise<Served['headers']> {
  const agency = (await installation.agencies()).find(({ name }) => name === job.agency)
  const given = { id: 'bench', title: 'Bench', redirectUris: ['https://bench.example/'], attributes: [] }
  const client = await addClient(installation.data.owner(), { ...given, agencies: 'own' })
  if (!client.ok || !agency) throw new Error('no website')
  const username = `@${agency.number}`
  const fields = { grant_type: 'password', username, password: username, agency: agency.number }
  const body = new URLSearchParams({ ...fields, client_id: 'bench', client_secret: client.value.secret })
  const { port } = address as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: 'POST', body })
  const { access_token } = (await answer.json()) as { access_token?: string }
  if (!access_token) throw new Error('no token')
  return { authorization: `Bearer ${access_token}` }
}

/** What is held when everything that can be let go has been. */
function memoryHeld(): { rss: number; heap: number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}

/**
 * The floor: a bare server of Node that does the same writes to the same tables, each command in one statement. No
 * rules, no sign-in, no checks.
 */
async function serveFloor(): Promise<() => Promise<void>> {
  const installation = await Installation.open({
    config: configFor(url, folder),
    log: silentLog,
    clock: new MovableClock(realClock.now()),
  })
  const clients = await Promise.all(Array.from({ length: 4 }, () => installation.data.connect(job.agency)))
  const free: pg.Client[] = [...clients]
  const waiting: ((client: pg.Client) => void)[] = []
  const take = () => {
    const client = free.pop()
    return client ? Promise.resolve(client) : new Promise<pg.Client>((done) => waiting.push(done))
  }
  const give = (client: pg.Client) => {
    const next = waiting.shift()
    if (next) next(client)
    else free.push(client)
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const { card, barcode } = JSON.parse(Buffer.concat(chunks).toString()) as { card: string; barcode: string }
      const client = await take()
      const now = realClock.now()
      const { rows } = request.url?.endsWith('/checkout')
        ? await client.query({
            ...LEND,
            values: [
              card,
              barcode,
              freshUuid(),
              now.toString(),
              dayOf(now).add({ days: 30 }).toString(),
              job.desk ? freshUuid() : null,
              freshUuid(),
            ],
          })
        : await client.query({ ...TAKE_BACK, values: [barcode, now.toString()] })
      give(client)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(rows[0] ?? {}))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  tell(server.address(), '', {})
  return async () => {
    server.close()
    server.closeAllConnections()
    await Promise.all(clients.map((client) => client.end()))
    await installation.close()
  }
}

function tell(
  address: string | AddressInfo | null,
  path: string,
  headers: Served['headers'],
  machine?: Served['machine'],
): void {
  const { port } = address as AddressInfo
  const served: Served = { port, path, headers, memoryPath: MEMORY_PATH, ...(machine ? { machine } : {}) }
  process.send?.(served)
}
