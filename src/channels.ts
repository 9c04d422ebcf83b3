import { connectDigitalPost, type DigitalPost, type DigitalPostConfig, readDigitalPostConfig } from '#digital-post'
import { pursuesClaim, type Senders } from '#messages'
import { postRecipient } from '#patrons'
import { type Policy, policyOf } from '#privacy'
import { connectPush, type Push, vapidKeys } from '#push'
import { connectSms, readSmsConfig, type Sms, type SmsConfig } from '#sms'
import { connectSmtp, type Smtp } from '#smtp'
import type { Context } from '#vault'
import { NOWHERE } from './demonstrate.ts'
import type { Installation } from './installation.ts'

/** The ways a library's messages can take. A channel that is not connected keeps its messages waiting. */
export interface Channels {
  of(ctx: Context, title: string): Promise<Senders>
  /** What browsers sign up for push messages with, where such are sent. */
  readonly pushKey?: string | undefined
  close(): void
}

/** What the outside needs to know of us to answer. */
export interface ChannelFiles {
  readonly sms?: SmsConfig
  readonly digitalPost?: DigitalPostConfig
}

/** What the configuration says of the channels that need a file. */
export function readChannelFiles({ config }: Installation): ChannelFiles {
  return {
    ...(config.smsFile ? { sms: readSmsConfig(config.smsFile) } : {}),
    ...(config.digitalPostFile ? { digitalPost: readDigitalPostConfig(config.digitalPostFile) } : {}),
  }
}

/** The key that proves a report on a text message to be the gateway's. */
export function smsReportKey(installation: Installation): string {
  return installation.master.derive('sms reports')
}

/**
 * Connects what the configuration names. In a demonstration a message goes where the simulators that `outside` names
 * take it, and nowhere else.
 */
export async function connectChannels(
  installation: Installation,
  given: {
    readonly files: ChannelFiles
    readonly publicUrl: string
    readonly isDemonstration: () => boolean
    readonly outside: () => Pick<Channels, 'of'> | undefined
  },
): Promise<Channels> {
  const { config } = installation
  const smtp: Smtp | undefined = config.smtp && connectSmtp(config.smtp.url, config.smtp.from)
  const filed = connectFiled(installation, given.files, given.publicUrl)
  // A browser takes push messages from a site with TLS only.
  const push: Push | undefined = config.publicUrl?.startsWith('https:')
    ? connectPush({ keys: await vapidKeys(config.vapidFile), contact: config.publicUrl })
    : undefined
  return {
    pushKey: push?.publicKey,
    async of(ctx, title) {
      if (given.isDemonstration()) return { ...NOWHERE, ...(await given.outside()?.of(ctx, title)) }
      const { policy } = await policyOf(ctx)
      return namedOnly(policy, {
        ...filed.of(ctx, title),
        ...(smtp ? { email: smtp.sender({ name: title, replyTo: policy.controller.email }) } : {}),
        ...(push ? { push: push.sender(ctx) } : {}),
      })
    },
    close() {
      smtp?.close()
      push?.close()
      filed.close()
    },
  }
}

/**
 * What the policy names among those who receive data, and nothing else. Digital Post that is not named becomes a letter;
 * of text messages and push none are written where they are not named, and what was written before waits.
 */
export function namedOnly(policy: Policy, senders: Senders): Senders {
  const named = new Set(policy.recipients.flatMap(({ id, active }) => (active ? [id] : [])))
  // A letter is printed at the library.
  return Object.fromEntries(Object.entries(senders).filter(([channel]) => channel === 'letter' || named.has(channel)))
}

/** Text messages and Digital Post, which each library has an account of its own for. */
export function connectFiled(
  installation: Installation,
  files: ChannelFiles,
  publicUrl: string,
): { of(ctx: Context, title: string): Senders; close(): void } {
  const { clock } = installation
  const sms: Sms | undefined =
    files.sms && connectSms(files.sms, { publicUrl, reportKey: smsReportKey(installation), clock })
  const post: DigitalPost | undefined = files.digitalPost && connectDigitalPost(files.digitalPost, { clock })
  return {
    of(ctx, title) {
      const text = sms?.sender({ agency: ctx.agency, name: title })
      const digitalPost = post?.sender({
        agency: ctx.agency,
        title,
        recipientOf: (patron, kind) => postRecipient(ctx, patron, pursuesClaim(kind)),
        isMandatory: pursuesClaim,
      })
      return { ...(text ? { sms: text } : {}), ...(digitalPost ? { 'digital-post': digitalPost } : {}) }
    },
    close() {
      sms?.close()
      post?.close()
    },
  }
}
