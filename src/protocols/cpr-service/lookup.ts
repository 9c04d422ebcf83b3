import { z } from 'zod'
import { type RegisterAnswer, RegisterDown, type RegisterPerson } from '#patrons'
import type { CprConnection } from './config.ts'
import type { CallSoap } from './soap.ts'

const NAMESPACE = 'http://serviceplatformen.dk/xml/wsdl/soap11/CPR/PersonBaseDataExtended/4/'
const MOST_BYTES = 1_000_000

/** Operation PersonLookup of SF1520. @throws RegisterDown */
export async function lookUp(
  call: CallSoap,
  connection: CprConnection,
  { cpr, today }: { readonly cpr: string; readonly today: Temporal.PlainDate },
): Promise<RegisterAnswer> {
  const answer = await call({
    endpoint: connection.lookup,
    action: `${NAMESPACE}PersonLookup`,
    namespace: NAMESPACE,
    element: 'PersonLookupRequest',
    withAuthority: true,
    cpr,
    timeoutMs: connection.timeoutMs,
    mostBytes: MOST_BYTES,
  })
  if (answer.kind === 'unknown' || answer.kind === 'not-authorised') return answer
  if (answer.kind === 'fault') throw new RegisterDown('The CPR register answers with a fault.')
  const read = responseShape.safeParse(answer.body.PersonLookupResponse)
  if (!read.success || !read.data) throw new RegisterDown('The CPR register’s answer could not be read.')
  return personIn(read.data, cpr, today)
}

/** An element without content reads as an empty text. */
const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional()
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => (value === '' ? undefined : value), z.object(shape).optional())
}
const dated = section({ dato: text })
const relative = section({ personnummer: text })
const responseShape = section({
  persondata: section({
    personnummer: text,
    gaeldendePersonnummer: text,
    navn: section({ personadresseringsnavn: text, fornavn: text, mellemnavn: text, efternavn: text }),
    foedselsdato: dated,
    status: section({ status: text }),
    adressebeskyttelse: section({ startdato: text, slutdato: text, beskyttet: text }),
  }),
  adresse: section({
    aktuelAdresse: section({
      kommunekode: text,
      husnummer: text,
      etage: text,
      sidedoer: text,
      postnummer: text,
      postdistrikt: text,
      vejnavn: text,
      vejadresseringsnavn: text,
      standardadresse: text,
    }),
  }),
  relationer: section({
    mor: relative,
    far: relative,
    foraeldremyndighed: z
      .array(
        section({
          foraeldremyndighedtype: text,
          foraeldremyndighedStartdato: dated,
          foraeldremyndighedSletdato: text,
          relationPersonnummer: text,
        }),
      )
      .default([]),
  }),
})
type Response = NonNullable<z.infer<typeof responseShape>>
type Address = NonNullable<NonNullable<Response['adresse']>['aktuelAdresse']>

function personIn(
  { persondata, adresse, relationer }: Response,
  cpr: string,
  today: Temporal.PlainDate,
): RegisterAnswer {
  const status = persondata?.status?.status
  const name = nameIn(persondata?.navn)
  if (!persondata || status === undefined || name === undefined) {
    throw new RegisterDown('The CPR register’s answer lacks what a person must have.')
  }
  if (persondata.personnummer !== undefined && persondata.personnummer !== cpr) {
    throw new RegisterDown('The CPR register answers about somebody else.')
  }
  const current = persondata.gaeldendePersonnummer
  const municipality = adresse?.aktuelAdresse?.kommunekode?.padStart(4, '0')
  const person: RegisterPerson = {
    cpr,
    currentCpr: current !== undefined && isNumber(current) && current !== cpr ? current : null,
    name,
    bornOn: dateIn(persondata.foedselsdato?.dato),
    status: status.padStart(2, '0'),
    ...protectionIn(persondata.adressebeskyttelse, today),
    address: addressIn(adresse?.aktuelAdresse),
    municipality:
      municipality !== undefined && /^\d{4}$/.test(municipality) && municipality !== '0000' ? municipality : null,
    guardians: guardiansIn(relationer, today),
  }
  return { kind: 'person', person }
}

function nameIn(name: NonNullable<Response['persondata']>['navn']): string | undefined {
  const addressing = name?.personadresseringsnavn
  if (addressing !== undefined) {
    // The register itself keeps it with the surname first.
    const turned = /^([^,]+),([^,]+)$/.exec(addressing)
    return turned ? `${turned[2]?.trim()} ${turned[1]?.trim()}` : addressing
  }
  return [name?.fornavn, name?.mellemnavn, name?.efternavn].filter((one) => one !== undefined).join(' ') || undefined
}

/** Where the flag and the dates disagree, the person is taken to be protected. The last day counts. */
function protectionIn(
  given: NonNullable<Response['persondata']>['adressebeskyttelse'],
  today: Temporal.PlainDate,
): Pick<RegisterPerson, 'protected' | 'protectedUntil'> {
  const from = dateIn(given?.startdato)
  const until = dateIn(given?.slutdato)
  const over = until !== null && Temporal.PlainDate.compare(until, today) < 0
  const begun = from !== null && Temporal.PlainDate.compare(from, today) <= 0
  const active = !over && (begun || isTrue(given?.beskyttet))
  return { protected: active, protectedUntil: active ? until : null }
}

function addressIn(given: Address | undefined): RegisterPerson['address'] {
  if (!given) return null
  const address = given.standardadresse ?? composed(given)
  const postcode = given.postnummer?.padStart(4, '0')
  if (address === undefined || postcode === undefined || !/^\d{4}$/.test(postcode)) return null
  return { address, postcode, city: given.postdistrikt ?? '' }
}

function composed({ vejnavn, vejadresseringsnavn, husnummer, etage, sidedoer }: Address): string | undefined {
  const road = vejnavn ?? vejadresseringsnavn
  if (road === undefined) return undefined
  // The register fills up with zeros: 017A, 02, 0004.
  const plain = (value: string | undefined) => value?.replace(/^0+(?=.)/, '') ?? ''
  const place = [etage === undefined ? '' : `${plain(etage)}.`, plain(sidedoer)].filter((one) => one !== '').join(' ')
  return [`${road} ${plain(husnummer)}`.trim(), place].filter((one) => one !== '').join(', ')
}

const MOTHER = 3
const FATHER = 4

/** Who has custody today. A parent may stand as such only, with the number among the relations. */
function guardiansIn(given: Response['relationer'], today: Temporal.PlainDate): readonly string[] {
  const cprs = (given?.foraeldremyndighed ?? []).flatMap((custody) => {
    if (!custody) return []
    const from = dateIn(custody.foraeldremyndighedStartdato?.dato)
    const until = dateIn(custody.foraeldremyndighedSletdato)
    if (from !== null && Temporal.PlainDate.compare(today, from) < 0) return []
    if (until !== null && Temporal.PlainDate.compare(until, today) <= 0) return []
    const kind = Number(custody.foraeldremyndighedtype)
    const parent = kind === MOTHER ? given?.mor : kind === FATHER ? given?.far : undefined
    const cpr = custody.relationPersonnummer ?? parent?.personnummer
    return cpr !== undefined && isNumber(cpr) ? [cpr] : []
  })
  return [...new Set(cprs)]
}

/** An unknown person stands as ten zeros. */
function isNumber(cpr: string): boolean {
  return /^\d{10}$/.test(cpr) && cpr !== '0000000000'
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1'
}

/** XML's dates may carry a time or a zone (`1978-04-27+01:00`); the day is what is written. */
function dateIn(value: string | undefined): Temporal.PlainDate | null {
  const day = /^\d{4}-\d{2}-\d{2}(?=$|[TZ+-])/.exec(value ?? '')?.[0]
  if (day === undefined) return null
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' })
  } catch {
    return null
  }
}
