declare module 'pino-roll' {
  import type { Writable } from 'node:stream'
  export default function roll(options: Record<string, unknown>): Promise<Writable>
}
