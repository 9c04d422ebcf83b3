import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { addStaff, addTerminal, setPin } from '#auth'
import { type BranchId, dayOf, freshUuid, MovableClock, type PatronId, realClock, silentLog } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { Installation } from '../src/installation.ts'
import { createSite } from '../src/site.ts'
import { configFor } from './bench.ts'
import { card, LEND, PIN, TAKE_BACK } from './floor.ts'
import type { Served, ServeJob } from './jobs.ts'

/** A server of the bench in a process of its own: Kvit, or the floor, which says how it can be reached and waits to be stopped. */
const { url, folder, job } = JSON.parse(process.argv[2] ?? '') as { url: string; folder: string; job: ServeJob }
const close = job.by === 'kvit' ? await serveKvit() : await serveFloor()
process.on('message', () => void close().then(() => process.exit(0)))

async function serveKvit(): Promise<() => Promise<void>> {
  const installation = await Installation.open({ config: configFor(url, folder), log: silentLog, clock: realClock })
  const site = await createSite(installation)
  const ctx = installation.context(job.agency, { kind: 'operator', name: 'bench' })
  const numbers = [...range(1, job.pins ?? 0), ...range(500, job.newPins ?? 0)]
  for (const number of numbers) {
    const { patron_id } = await ctx.db.one<{ patron_id: PatronId }>(
      sql`select patron_id from identifier where value = ${card(number)}`,
    )
    await setPin(ctx, patron_id, PIN, 'desk')
  }
  const headers = job.desk ? await deskHeaders(ctx, site) : await machineHeaders(ctx)
  await site.listen({ host: '127.0.0.1', port: 0 })
  tell(site.server.address(), `/${job.agency}/${job.desk ? 'staff/desk' : 'terminal'}`, headers)
  return async () => {
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

async function machineHeaders(ctx: Context): Promise<Served['headers']> {
  const { id } = await ctx.db.one<{ id: BranchId }>(sql`select id from branch order by code limit 1`)
  const added = await addTerminal(ctx, {
    name: `kiosk-${freshUuid().slice(-8)}`,
    kind: 'self-service',
    branch: id,
    withoutPin: false,
  })
  if (!added.ok) throw new Error(`no machine: ${added.refusal.kind}`)
  const { name, secret } = added.value
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` }
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

function tell(address: string | AddressInfo | null, path: string, headers: Served['headers']): void {
  process.send?.({ port: (address as AddressInfo).port, path, headers } satisfies Served)
}
