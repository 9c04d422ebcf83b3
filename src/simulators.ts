import { randomBytes } from 'node:crypto'
import { MITID_BACK } from '#adgangsplatformen'
import { mitIdCallback } from '#auth'
import type { PatronId, Text2 } from '#core'
import { connectCprService } from '#cpr-service'
import { sql } from '#db'
import { connectNexi, type Nexi } from '#nexi'
import type { CprRegister } from '#patrons'
import {
  type SimulatedCitizen,
  type SimulatedPerson,
  startCprSimulator,
  startDigitalPostSimulator,
  startMitIdSimulator,
  startNexiSimulator,
  startSmsGateway,
} from '#simulators'
import type { Sealed } from '#vault'
import { type ChannelFiles, type Channels, connectFiled } from './channels.ts'
import { connectIdentity, type Identity } from './identity.ts'
import type { Installation } from './installation.ts'

/** What a demonstration has in the place of the outside world: MitID and the CPR register, on this machine. */
export interface OutsideWorld {
  readonly identity: Identity
  cprRegister(agency: string): CprRegister | undefined
  /** Text messages and Digital Post go to a page that shows what a telephone or a mailbox would. */
  readonly channels: Pick<Channels, 'of'>
  readonly files: ChannelFiles
  readonly payments: Nexi
  readonly inboxes: readonly { readonly label: Text2; readonly url: string }[]
  /** Someone in each library who has a card and a PIN. */
  readonly patrons: readonly { readonly agency: string; readonly number: string }[]
  close(): Promise<void>
}

/** Pages that show what would have arrived. */
const INBOXES = {
  telephones: { da: 'Telefoner', en: 'Telephones' },
  post: { da: 'Digital Post', en: 'Digital Post' },
} as const

const HOME = { road: 'Fantasivej', municipality: '0161', postcode: '2600', city: 'Glostrup' }

/** People the register knows and no library does, so that they can be enrolled. Replacement numbers all. */
const NEWCOMERS: readonly SimulatedCitizen[] = [
  {
    cpr: '7203881013',
    name: { first: 'Nora', last: 'Nykommer' },
    address: { ...HOME, houseNumber: '001' },
  },
  {
    cpr: '6412164018',
    name: { first: 'Nis', last: 'Nykommer' },
    address: { ...HOME, houseNumber: '001' },
    custody: [{ as: 'mother', cpr: '7203881013' }],
  },
  {
    cpr: '8109752020',
    name: { first: 'Bodil', last: 'Beskyttet' },
    address: { ...HOME, houseNumber: '013' },
    protection: { from: '2024-01-01', until: null },
  },
]

/** Starts the simulators of a demonstration. They listen on this machine only and know nobody who lives. */
export async function startOutsideWorld(installation: Installation, publicUrl: string): Promise<OutsideWorld> {
  const agencies = (await installation.agencies()).map(({ name }) => name)
  const patrons: { agency: string; number: string }[] = []
  const people: SimulatedPerson[] = NEWCOMERS.map(({ cpr, name }) => ({ cpr, name: `${name.first} ${name.last}` }))
  for (const agency of agencies) {
    const known = await patronWithPin(installation, agency)
    if (!known) continue
    patrons.push({ agency, number: known.number })
    if (known.person) people.push(known.person)
  }
  const secret = randomBytes(32).toString('base64url')
  const redirectUris = [...agencies.map(mitIdCallback), MITID_BACK].map((path) => new URL(path, publicUrl).href)
  const mitId = await startMitIdSimulator({ clients: [{ id: 'kvit', secret, redirectUris }], persons: people })
  const cpr = await startCprSimulator({ persons: NEWCOMERS, clock: installation.clock })
  const shop = await startNexiSimulator()
  const phones = await startSmsGateway({ clock: installation.clock })
  const post = await startDigitalPostSimulator({ registered: 'everybody', clock: installation.clock })
  const files = { sms: phones.config(agencies), digitalPost: post.config(agencies) }
  const filed = connectFiled(installation, files, publicUrl)
  return {
    channels: { of: async (ctx, title) => filed.of(ctx, title) },
    files,
    payments: connectNexi(shop.config(agencies), publicUrl),
    inboxes: [
      { label: INBOXES.telephones, url: phones.inboxUrl },
      { label: INBOXES.post, url: post.url },
    ],
    identity: connectIdentity({ mitid: { issuer: mitId.issuer, clientId: 'kvit', clientSecret: secret } }, publicUrl),
    cprRegister: connectCprService(cpr.config(agencies), { clock: installation.clock, log: installation.log }),
    patrons,
    async close() {
      filed.close()
      await Promise.all([mitId.close(), cpr.close(), phones.close(), post.close(), shop.close()])
    },
  }
}

async function patronWithPin(installation: Installation, agency: string) {
  const ctx = installation.context(agency, { kind: 'system', job: 'demonstration' })
  const row = await ctx.db.maybe<{ id: PatronId; number: string; name: string; cpr_sealed: Sealed | null }>(sql`
    select p.id, p.number, p.name, p.cpr_sealed from patron p join pin on pin.patron_id = p.id
    where p.patron_group = 'adult' and not p.protected order by pin.set_at limit 1`)
  const cpr = row?.cpr_sealed && (await ctx.vault.open(row.id, 'patron.cpr_sealed', row.cpr_sealed))
  return row && { number: row.number, person: cpr ? { cpr, name: row.name } : undefined }
}
