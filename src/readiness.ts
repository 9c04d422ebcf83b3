import type { Text2 } from '#core'
import type { TimeMachine } from './demonstrate.ts'
import { texts } from './site-texts.ts'

/** How far the program is on its way to being ready; whoever starts it keeps this up to date. */
export interface Readiness {
  ready: boolean
  /** Of the demonstration that is being made. */
  progress?: { done: number; of: number }
  /** Libraries of it that are finished, while others are not: title by name. */
  open?: ReadonlyMap<string, string>
  machine?: TimeMachine | undefined
}

/** Whether what is asked for can be shown, and what is told otherwise. */
export function readinessShown({ ready, progress, open }: Readiness, path: string): { ready: boolean; notice?: Text2 } {
  const [, agency = ''] = path.split(/[/?]/)
  return {
    ready: ready || (open?.has(agency) ?? false),
    ...(progress ? { notice: texts.progress(progress, [...(open?.values() ?? [])]) } : {}),
  }
}
