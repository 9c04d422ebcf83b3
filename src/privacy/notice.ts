import type { Language, Text2 } from '#core'
import type { Register } from './declare.ts'
import { data, periods, purposes, recipients } from './notice-holdings.ts'
import {
  type Block,
  type Entry,
  information,
  type Notice,
  type SectionId,
  sourceOf,
  type Writer,
  writer,
} from './notice-model.ts'
import { whenText } from './notice-period-text.ts'
import { small, texts } from './notice-texts.ts'
import { RIGHTS } from './notice-words.ts'
import type { PublishedPolicy } from './published.ts'

export type { Block, Entry, Notice, NoticeSection, Row, Sentence } from './notice-model.ts'
export { noticeText } from './notice-plain.ts'

/**
 * Makes the notice of a policy: all that Articles 13 and 14 of the General Data Protection Regulation ask for, and
 * nothing that is not in the policy or in the declarations.
 */
export function makeNotice(
  published: Pick<PublishedPolicy, 'number' | 'effective_on' | 'policy'>,
  register: Register,
  language: Language,
): Notice {
  const { policy, number, effective_on } = published
  const w = writer(policy, register, language)
  const sections: [SectionId, Block[]][] = [
    ['brief', brief(w)],
    ['controller', controller(w)],
    ['data', data(w)],
    ['purposes', purposes(w)],
    ['periods', periods(w)],
    ['recipients', recipients(w)],
    ['security', security(w)],
    ['automation', automation(w)],
    ['rights', rights(w)],
    ['good-to-know', information(w, 'good-to-know')],
    ['changes', changes(w, number, effective_on)],
    ['decisions', decisions(w)],
  ]
  return {
    language,
    number,
    effective_on,
    title: texts.title[language],
    lead: texts.lead(policy.controller.unit)[language],
    sections: sections
      .filter(([, blocks]) => blocks.length > 0)
      .map(([id, blocks]) => ({ id, heading: texts.headings[id][language], blocks })),
  }
}

function brief(w: Writer): Block[] {
  const { controller, clauses } = w.policy
  const end = (data: string, sentence: (when: Text2) => Text2) =>
    clauses
      .filter((clause) => clause.data === data)
      .map((clause) => w.said(sentence(whenText(clause, w.register)), sourceOf(clause), clause.says))
  const items = [
    w.said(texts.briefController(controller.name, controller.unit), 'controller', controller.says),
    ...end('loan', texts.briefLoans),
    ...end('patron', texts.briefAccount),
    w.plain(texts.briefRecipients, 'program'),
    w.plain(texts.briefRights(controller.email), 'controller'),
  ]
  return [{ kind: 'list', items }]
}

function controller(w: Writer): Block[] {
  const { controller, dpo } = w.policy
  type Contact = Readonly<Record<'address' | 'email' | 'phone' | 'website', string | undefined>>
  const contact = (from: Partial<Contact>, source: string) =>
    (['address', 'email', 'phone', 'website'] as const).flatMap((key) => {
      const value = from[key]
      return value === undefined ? [] : [w.plain(texts.contact[key](value), source)]
    })
  const name = (text: string): Text2 => ({ da: text, en: text })
  const entries: Entry[] = [
    {
      term: texts.controller[w.language],
      sentences: [w.said(name(controller.name), 'controller', controller.says)],
    },
    {
      term: texts.unit[w.language],
      lines: true,
      sentences: [w.plain(name(controller.unit), 'controller'), ...contact(controller, 'controller')],
    },
    {
      term: texts.dpo[w.language],
      lines: true,
      sentences: [w.said(texts.dpoText, 'dpo', dpo.says), ...contact(dpo, 'dpo')],
    },
  ]
  return [{ kind: 'entries', entries }]
}

function security(w: Writer): Block[] {
  const { storage } = w.policy
  const place = { da: small(storage.place.da), en: small(storage.place.en) }
  return [
    {
      kind: 'paragraph',
      sentences: [w.said(texts.storage(place), 'storage', storage.says), w.plain(texts.sealed, 'program')],
    },
    ...information(w, 'security'),
  ]
}

function automation(w: Writer): Block[] {
  const told = information(w, 'automation')
  const more = told.length > 0 ? texts.someProfiling : texts.noProfiling
  return [{ kind: 'paragraph', sentences: [w.plain(texts.automation, 'program'), w.plain(more, 'program')] }, ...told]
}

function rights(w: Writer): Block[] {
  const { policy, register, language } = w
  const kept = register.tables.flatMap((table) => {
    if (typeof table.onErasure === 'string') return []
    return w.plain(texts.keptOnErasure(table.label, table.onErasure.keep), `table ${table.name}`)
  })
  const { authority } = policy
  const entries = policy.rights.map((right): Entry => {
    const source = `right ${right.right}`
    return {
      id: `right-${right.right}`,
      term: RIGHTS[right.right][language],
      sentences: [
        w.said(right.how, source, right.says),
        ...(right.right === 'erasure' ? kept : []),
        ...(right.right === 'complaint'
          ? [w.said(texts.authority(authority.name, authority.website), 'authority', authority.says)]
          : []),
      ],
    }
  })
  return [
    { kind: 'paragraph', sentences: [w.plain(texts.rightsText, 'law')] },
    { kind: 'entries', entries },
    ...information(w, 'rights'),
  ]
}

function changes(w: Writer, number: number, effective_on: Temporal.PlainDate): Block[] {
  const { publication } = w.policy
  const day = texts.onDay(effective_on)
  return [
    {
      kind: 'paragraph',
      sentences: [
        w.plain(texts.version(number, day), 'version'),
        w.plain(texts.twoPeople, 'program'),
        w.plain(texts.shorter, 'program'),
        w.said(texts.stopAbove(publication['stop-above-percent']), 'publication', publication.says),
      ],
    },
  ]
}

function decisions(w: Writer): Block[] {
  if (w.policy.decisions.length === 0) return []
  const entries = w.policy.decisions.map((decision): Entry => {
    const source = `decision ${decision.number}`
    return {
      id: `decision-${decision.number}`,
      term: texts.decision(decision.number)[w.language],
      lines: true,
      sentences: [w.plain(decision.about, source), w.plain(texts.decided(decision.decided), source)],
    }
  })
  return [
    { kind: 'paragraph', sentences: [w.plain(texts.decisionsText, 'program')] },
    { kind: 'entries', entries },
  ]
}
