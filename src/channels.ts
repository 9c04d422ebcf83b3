import type { Senders } from '#messages'
import { policyOf } from '#privacy'
import { connectSmtp, type Smtp } from '#smtp'
import type { Context } from '#vault'
import type { Config } from './config.ts'
import { NOWHERE } from './demonstrate.ts'

/** The ways a library's messages can take. A channel that is not connected keeps its messages waiting. */
export interface Channels {
  of(ctx: Context, title: string): Promise<Senders>
  close(): void
}

/** Connects what the configuration names; in a demonstration every channel leads nowhere. */
export function connectChannels(config: Config, isDemonstration: () => boolean): Channels {
  const smtp: Smtp | undefined = config.smtp && connectSmtp(config.smtp.url, config.smtp.from)
  return {
    async of(ctx, title) {
      if (isDemonstration()) return NOWHERE
      if (!smtp) return {}
      const { policy } = await policyOf(ctx)
      return { email: smtp.sender({ name: title, replyTo: policy.controller.email }) }
    },
    close: () => smtp?.close(),
  }
}
