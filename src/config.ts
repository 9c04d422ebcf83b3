import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { OperatorProblem } from '#db'
import type { Sip2Config } from '#sip2'

const schema = z.object({
  KVIT_DATA: z.string().min(1).default('data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  KVIT_KEYS_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  KVIT_MASTER_KEY_FILE: z.string().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  KVIT_DEMO: z.enum(['on', 'off']).default('on'),
  KVIT_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  KVIT_TRUST_PROXY: z.string().min(1).optional(),
  KVIT_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  KVIT_MAIL_FROM: z.string().min(1).optional(),
  KVIT_IDENTITY_FILE: z.string().min(1).optional(),
  KVIT_CPR_FILE: z.string().min(1).optional(),
  KVIT_SMS_FILE: z.string().min(1).optional(),
  KVIT_VAPID_FILE: z.string().min(1).optional(),
  KVIT_DIGITAL_POST_FILE: z.string().min(1).optional(),
  KVIT_PAYMENT_FILE: z.string().min(1).optional(),
  KVIT_SIP2_PORT: z.string().min(1).optional(),
  KVIT_SIP2_TLS_PORT: z.string().min(1).optional(),
  KVIT_SIP2_TLS_CERT: z.string().min(1).optional(),
  KVIT_SIP2_TLS_KEY: z.string().min(1).optional(),
  KVIT_SIP2_HOST: z.string().min(1).optional(),
  KVIT_BOUNCE_TOKEN: z.string().min(32).optional(),
  KVIT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

/** What the environment says, read once. Everything else sees only this. */
export interface Config {
  /** The folder of the embedded database, logs, backups and the development key. */
  readonly data: string
  readonly databaseUrl: string | undefined
  readonly keysUrl: string | undefined
  readonly masterKeyFile: string
  /** Whether a missing master key may be made: only in a folder of our own, never beside a server somebody keeps. */
  readonly mayMakeKey: boolean
  /** Whether an empty embedded database is filled with the demonstration's five libraries. */
  readonly demonstration: boolean
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  /** Which proxies' word to take for a visitor's address; one on this machine when the public address is another. */
  readonly trustProxy: string | false
  /** The mail server, and the address all e-mail is sent from. */
  readonly smtp: { readonly url: string; readonly from: string } | undefined
  /** Says how MitID, the municipality's sign-in of staff and their second factor are connected. */
  readonly identityFile: string | undefined
  /** Says how the municipal CPR service is connected. */
  readonly cprFile: string | undefined
  /** Says which account each library has at the SMS gateway. */
  readonly smsFile: string | undefined
  /** The pair of keys for push messages; made by itself. */
  readonly vapidFile: string
  /** Says how the municipalities' Digital Post is connected. */
  readonly digitalPostFile: string | undefined
  /** Says which merchant each library is at the payment provider. */
  readonly paymentFile: string | undefined
  /** Where machines call that speak SIP2. */
  readonly sip2: Sip2Config
  /** What the mail server shows when it hands in mail that came back. */
  readonly bounceToken: string | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** @throws OperatorProblem naming the variable and what it may be */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const read = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `- ${issue.path.join('.')}: ${issue.message}`)
    throw new OperatorProblem(`The environment cannot be used:\n${lines.join('\n')}`)
  }
  const { data } = read
  if ((data.KVIT_SMTP_URL === undefined) !== (data.KVIT_MAIL_FROM === undefined)) {
    throw new OperatorProblem('KVIT_SMTP_URL and KVIT_MAIL_FROM are set together, or neither is: e-mail needs both.')
  }
  const folder = resolve(data.KVIT_DATA)
  const masterKeyFile = data.KVIT_MASTER_KEY_FILE ?? resolve(folder, 'master.key')
  return {
    data: folder,
    databaseUrl: data.DATABASE_URL,
    keysUrl: data.KVIT_KEYS_URL,
    masterKeyFile,
    mayMakeKey: data.KVIT_MASTER_KEY_FILE === undefined && data.DATABASE_URL === undefined,
    demonstration: data.KVIT_DEMO === 'on',
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.KVIT_PUBLIC_URL,
    trustProxy: data.KVIT_TRUST_PROXY ?? (data.KVIT_PUBLIC_URL ? 'loopback' : false),
    smtp:
      data.KVIT_SMTP_URL && data.KVIT_MAIL_FROM ? { url: data.KVIT_SMTP_URL, from: data.KVIT_MAIL_FROM } : undefined,
    identityFile: data.KVIT_IDENTITY_FILE,
    cprFile: data.KVIT_CPR_FILE,
    smsFile: data.KVIT_SMS_FILE,
    vapidFile: data.KVIT_VAPID_FILE ?? resolve(dirname(masterKeyFile), 'vapid.key'),
    digitalPostFile: data.KVIT_DIGITAL_POST_FILE,
    paymentFile: data.KVIT_PAYMENT_FILE,
    sip2: {
      ports: data.KVIT_SIP2_PORT,
      tlsPorts: data.KVIT_SIP2_TLS_PORT,
      host: data.KVIT_SIP2_HOST ?? data.HOST,
      certFile: data.KVIT_SIP2_TLS_CERT,
      keyFile: data.KVIT_SIP2_TLS_KEY,
    },
    bounceToken: data.KVIT_BOUNCE_TOKEN,
    logLevel: data.KVIT_LOG_LEVEL,
  }
}
