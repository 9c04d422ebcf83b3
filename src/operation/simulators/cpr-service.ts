import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Clock, dayOf, realClock, TIME_ZONE } from '#core'
import type { CprConnection, CprServiceConfig } from '#cpr-service'
import {
  invented,
  type SimulatedAddress,
  type SimulatedCitizen,
  type SimulatedCustody,
} from './cpr-service-citizens.ts'
import { changeFile, earlierNumber, metadataOf, recordsOf } from './cpr-service-records.ts'
import { newSshKey, type SftpAccount, startSftp } from './cpr-service-sftp.ts'
import * as soap from './cpr-service-soap.ts'

/** An answer to be given instead of the right one. */
export interface WrongAnswer {
  readonly status?: number
  readonly type?: string
  readonly body: string | Buffer
}

/** The CPR register at a municipality's service, with invented persons. Each change lies at once in a file of its own. */
export interface CprSimulator {
  readonly url: string
  readonly sftpPort: number
  /** How each of these libraries asks. They follow different persons and see different files. */
  config(agencies: readonly string[]): CprServiceConfig
  put(citizen: SimulatedCitizen): void
  move(cpr: string, address: SimulatedAddress): void
  rename(cpr: string, name: SimulatedCitizen['name']): void
  changeNumber(cpr: string, to: string): void
  die(cpr: string): void
  protect(cpr: string, from: string, until?: string): void
  unprotect(cpr: string): void
  changeCustody(child: string, custody: readonly SimulatedCustody[]): void
  goDown(): void
  comeUp(): void
  /** Takes questions and answers none until `hurry`. */
  slowDown(): void
  hurry(): void
  forbid(): void
  permit(): void
  /** Cuts the connection of the next questions. */
  resetNext(times: number): void
  answerNext(wrong: WrongAnswer): void
  /** What has been asked, in order; nothing about whom. */
  readonly asked: readonly string[]
  /** How many have connected, whatever came of it. */
  readonly connections: number
  filesOf(agency: string): readonly string[]
  putFile(agency: string, name: string, bytes: Buffer): void
  readFile(agency: string, name: string): Buffer | undefined
  close(): Promise<void>
}

export interface CprSimulatorOptions {
  readonly port?: number
  readonly sftpPort?: number
  readonly persons?: readonly SimulatedCitizen[]
  /** Says which day it is, and names the files of changes. */
  readonly clock?: Clock
  /** Answers over TLS, only to whom `ca` has given a certificate. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string }
}

const SERVICES = {
  lookup: 'e6be2436-bf35-4df2-83fe-925142825dc2',
  subscription: '9cdccc2f-3243-11e2-8fef-d4bed98c5934',
}
const FOLDER = '/IN'

interface Account extends SftpAccount {
  readonly agency: string
  readonly secret: string
  readonly context: Readonly<Record<'ServiceAgreementUUID' | 'UserSystemUUID' | 'UserUUID', string>>
  readonly municipalityCvr: string
  readonly followed: Set<string>
  readonly files: Map<string, Buffer>
}

/** The register for development and tests, on this machine only: SOAP and SFTP as the municipal service speaks them. */
export async function startCprSimulator(options: CprSimulatorOptions = {}): Promise<CprSimulator> {
  const register = new SimulatedRegister(options.clock ?? realClock)
  for (const person of options.persons ?? []) register.put(person)
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    register.answer(request, response).catch(() => request.socket.destroy())
  }
  const { tls } = options
  const server: Server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, ca: tls.ca, requestCert: true }, answer)
    : createServer(answer)
  server.on('connection', (socket) => {
    register.connections++
    if (!register.up) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  register.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const isUp = () => {
    register.connections++
    return register.up
  }
  const sftp = await startSftp(
    options.sftpPort ?? 0,
    (user) => register.accountOfUser(user),
    isUp,
    () => register.patience(),
  )
  register.sftpPort = sftp.port
  register.hostKey = sftp.hostKey
  register.onClose = async () => {
    server.closeAllConnections()
    await Promise.all([new Promise<void>((resolve) => server.close(() => resolve())), sftp.close()])
  }
  return register
}

class SimulatedRegister implements CprSimulator {
  url = ''
  sftpPort = 0
  hostKey = ''
  connections = 0
  up = true
  readonly asked: string[] = []
  onClose: () => Promise<void> = async () => {}
  #clock: Clock
  #people = new Map<string, SimulatedCitizen>()
  #accounts = new Map<string, Account>()
  #forbidden = false
  #resets = 0
  #wrong: WrongAnswer[] = []
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  #lastFile = ''

  constructor(clock: Clock) {
    this.#clock = clock
  }

  config(agencies: readonly string[]): CprServiceConfig {
    return { agencies: new Map(agencies.map((agency) => [agency, this.#connection(this.#account(agency))])) }
  }

  put(citizen: SimulatedCitizen): void {
    this.#people.set(invented(citizen.cpr).digits, { ...citizen, cpr: invented(citizen.cpr).digits })
  }

  move(cpr: string, address: SimulatedAddress): void {
    this.#change(cpr, { address })
  }

  rename(cpr: string, name: SimulatedCitizen['name']): void {
    this.#change(cpr, { name })
  }

  changeNumber(cpr: string, to: string): void {
    const before = this.#person(cpr)
    const current = invented(to).digits
    const now = { ...before, cpr: current }
    const { address: _, ...left } = before
    this.#people.set(current, now)
    this.#people.set(cpr, { ...left, status: 60, currentCpr: current })
    this.#deliver([cpr, current], [...recordsOf(this.#person(cpr)), ...recordsOf(now), earlierNumber(current, cpr)])
  }

  die(cpr: string): void {
    this.#change(cpr, { status: 90, address: null })
  }

  protect(cpr: string, from: string, until?: string): void {
    this.#change(cpr, { protection: { from, until: until ?? null } })
  }

  unprotect(cpr: string): void {
    this.#change(cpr, { protection: null })
  }

  changeCustody(child: string, custody: readonly SimulatedCustody[]): void {
    this.#change(child, { custody })
  }

  goDown(): void {
    this.up = false
  }

  comeUp(): void {
    this.up = true
  }

  slowDown(): void {
    this.#waiting ??= Promise.withResolvers<void>()
  }

  hurry(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  forbid(): void {
    this.#forbidden = true
  }

  permit(): void {
    this.#forbidden = false
  }

  resetNext(times: number): void {
    this.#resets = times
  }

  answerNext(wrong: WrongAnswer): void {
    this.#wrong.push(wrong)
  }

  filesOf(agency: string): readonly string[] {
    return [...this.#account(agency).files.keys()]
  }

  putFile(agency: string, name: string, bytes: Buffer): void {
    this.#account(agency).files.set(name, bytes)
  }

  readFile(agency: string, name: string): Buffer | undefined {
    return this.#account(agency).files.get(name)
  }

  async close(): Promise<void> {
    this.hurry()
    await this.onClose()
  }

  patience(): Promise<void> | undefined {
    return this.#waiting?.promise
  }

  accountOfUser(user: string): Account | undefined {
    return [...this.#accounts.values()].find(({ agency }) => user === `kvit-${agency}`)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.up || this.#resets > 0) {
      if (this.#resets > 0) this.#resets--
      request.socket.destroy()
      return
    }
    const body = await soap.bodyOf(request)
    const read = () => {
      const { soapaction, 'content-type': type } = request.headers
      return soap.readRequest(request.url ?? '', typeof soapaction === 'string' ? soapaction : undefined, type, body)
    }
    let answer: WrongAnswer
    try {
      answer = { body: this.#answerTo(read()) }
    } catch (fault) {
      if (!(fault instanceof soap.SoapFault)) throw fault
      answer = { status: 500, body: soap.faultXml(fault.message) }
    }
    await this.patience()
    const { status = 200, type = 'text/xml;charset=UTF-8', body: bytes } = this.#wrong.shift() ?? answer
    response.writeHead(status, { 'content-type': type })
    response.end(bytes)
  }

  #answerTo({ operation, context, municipalityCvr, cpr }: soap.CprRequest): string {
    this.asked.push(operation)
    const account = [...this.#accounts.values()].find((one) => {
      return Object.entries(one.context).every(([name, uuid]) => context[name] === uuid)
    })
    const service = operation === 'PersonLookup' ? SERVICES.lookup : SERVICES.subscription
    if (!account || context.ServiceUUID !== service || this.#forbidden) {
      throw new soap.SoapFault('The service agreement does not permit this call')
    }
    if (municipalityCvr !== null && municipalityCvr !== account.municipalityCvr) {
      throw new soap.SoapFault('The service agreement is not of this municipality')
    }
    if (cpr === null) return soap.filtersXml([...account.followed])
    const person = this.#people.get(cpr)
    if (operation === 'PersonLookup') {
      if (!person) throw new soap.SoapFault('PNR not found')
      return soap.personXml(person, dayOf(this.#clock.now()))
    }
    if (operation === 'RemovePNRSubscription') {
      return soap.resultXml(operation, account.followed.delete(cpr) ? 'REMOVED' : 'NON_EXISTING_PNR')
    }
    if (!person) return soap.resultXml(operation, 'NON_EXISTING_PNR')
    const known = account.followed.has(cpr)
    account.followed.add(cpr)
    return soap.resultXml(operation, known ? 'ALREADY_EXISTED' : 'ADDED')
  }

  #person(cpr: string): SimulatedCitizen {
    const person = this.#people.get(cpr)
    if (!person) throw new RangeError('nobody has this number here')
    return person
  }

  #change(cpr: string, change: Partial<SimulatedCitizen>): void {
    const person = { ...this.#person(cpr), ...change }
    this.#people.set(cpr, person)
    this.#deliver([cpr], recordsOf(person))
  }

  /** Into a file for each library that follows one of these numbers. */
  #deliver(cprs: readonly string[], lines: readonly string[]): void {
    const name = this.#nextName()
    for (const account of this.#accounts.values()) {
      if (!cprs.some((cpr) => account.followed.has(cpr))) continue
      const bytes = changeFile(lines, dayOf(this.#clock.now()))
      account.files.set(name, bytes)
      account.files.set(`${name}.metadata`, metadataOf(name, bytes, `kvit-${account.agency}`))
    }
  }

  /** `D<day>.L<time>`, each after the one before, also when the simulator was started again in between. */
  #nextName(): string {
    const now = this.#clock.now().toZonedDateTimeISO(TIME_ZONE)
    const day = now.toPlainDate().toString().slice(2).replaceAll('-', '')
    const time = now.toPlainTime().toString({ smallestUnit: 'second' }).replaceAll(':', '')
    let name = `D${day}.L${time}`
    if (name <= this.#lastFile) {
      const number = Number(this.#lastFile.slice('D000000.L'.length)) + 1
      name = `${this.#lastFile.slice(0, 'D000000.L'.length)}${String(number).padStart(6, '0')}`
    }
    this.#lastFile = name
    return name
  }

  #account(agency: string): Account {
    const known = this.#accounts.get(agency)
    if (known) return known
    const { key, secret } = newSshKey()
    const account: Account = {
      agency,
      key,
      secret,
      folder: FOLDER,
      files: new Map(),
      followed: new Set(),
      context: {
        ServiceAgreementUUID: uuidOf(`agreement ${agency}`),
        UserSystemUUID: uuidOf(`system ${agency}`),
        UserUUID: uuidOf(`user ${agency}`),
      },
      municipalityCvr: '00000000',
    }
    this.#accounts.set(agency, account)
    return account
  }

  #connection({ agency, context, secret, municipalityCvr }: Account): CprConnection {
    const endpoint = (path: string, service: string) => ({
      url: `${this.url}${path}`,
      serviceAgreement: context.ServiceAgreementUUID,
      service,
    })
    return {
      lookup: endpoint(soap.LOOKUP_PATH, SERVICES.lookup),
      subscription: endpoint(soap.SUBSCRIPTION_PATH, SERVICES.subscription),
      userSystem: context.UserSystemUUID,
      user: context.UserUUID,
      municipalityCvr,
      accountingInfo: 'kvit',
      tls: null,
      changes: {
        host: '127.0.0.1',
        port: this.sftpPort,
        user: `kvit-${agency}`,
        key: secret,
        passphrase: null,
        hostKey: this.hostKey,
        folder: FOLDER,
        nameContains: null,
      },
      testNumbers: true,
      timeoutMs: 10_000,
    }
  }
}

/** The same for the same word, so that what was configured once goes on working. */
function uuidOf(word: string): string {
  const hex = createHash('sha256').update(word).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
