import { type Command, Option } from 'commander'
import type { PatronId } from '#core'
import { findPatron, readCpr } from '#patrons'
import { eraseOnRequest, openRows, writeExport } from '#privacy'
import type { Context } from '#vault'
import { namesIn } from '../names.ts'
import { register } from '../rooms.ts'
import { foldersOf } from '../upkeep.ts'
import { type Cli, teach } from './cli.ts'
import { Refused, type Terminal } from './terminal.ts'

export const PATRON = 'patron number or card, or - to type it or give it on stdin'
export const REFUSES_CPR =
  'a CPR number as an argument: it would lie in the shell’s history. Give the patron number, or - and type it'

export function patronCommands(program: Command, cli: Cli): void {
  teach(
    program
      .command('export')
      .description(
        'Writes a person’s copy of their data (Art. 15) as a page, a PDF and JSON, into a folder whose name says nothing of whose it is and that only this user may read.',
      )
      .argument('<patron>', PATRON)
      .requiredOption('--agency <name>', 'the library')
      .option(
        '--out <folder>',
        'where that folder is made (default: exports in the data folder, where the policy ends it)',
      )
      .addOption(new Option('--lang <language>', 'its language').choices(['da', 'en']).default('da'))
      .action((given, options) =>
        cli.inLibrary(options.agency, async (ctx, installation) => {
          const patron = await patronOf(ctx, given, cli.terminal)
          const out = options.out ?? foldersOf(installation.config.data).exports
          const written = await writeExport(ctx, register, patron, out, options.lang, namesIn(ctx))
          if (!written) throw new Refused('The person has just been erased.', { reason: 'unknown' })
          cli.terminal.answer(
            written,
            `Written to ${written.folder}. Outside the data folder nobody deletes it but you.`,
          )
        }),
      ),
    {
      examples: ['export 482915530 --agency herning', 'export - --agency herning --out /media/usb'],
      refuses: [REFUSES_CPR, 'a number or card that is nobody’s'],
    },
  )

  teach(
    program
      .command('erase')
      .description(
        'Erases a person at once and everywhere: their key is destroyed, which takes what is sealed out of every backup too, and their rows go. What a law keeps is listed. The receipt holds no personal data.',
      )
      .argument('<patron>', PATRON)
      .requiredOption('--agency <name>', 'the library')
      .option('--yes', 'do it; without it you are only told whether it could be done')
      .action((patron, options) =>
        cli.inLibrary(options.agency, (ctx) => erase(cli, ctx, patron, options.yes === true)),
      ),
    {
      examples: ['erase 482915530 --agency herning --yes', 'erase - --agency herning --yes'],
      refuses: [
        'to erase anyone without --yes',
        'a person with something open, such as a loan or a debt: each is named with its reason',
        REFUSES_CPR,
      ],
    },
  )
}

/** Whose number or card it is. @throws Refused for a CPR number on the command line, and when it is nobody's */
export async function patronOf(ctx: Context, given: string, terminal: Terminal): Promise<PatronId> {
  if (given !== '-' && readCpr(given)) {
    throw new Refused(
      'This can be a CPR number, and arguments stay in the shell’s history. Give the patron number or card, or - and type it. Take it out of your history now.',
      { reason: 'cpr-as-argument' },
    )
  }
  const card = given === '-' ? await terminal.secret('Patron number, card or CPR number') : given
  const patron = await findPatron(ctx, card)
  if (!patron) throw new Refused('No patron of this library has that number or card.', { reason: 'unknown' })
  return patron
}

async function erase(cli: Cli, ctx: Context, given: string, isMeant: boolean): Promise<void> {
  const patron = await patronOf(ctx, given, cli.terminal)
  if (!isMeant) {
    const open = (await openRows(ctx, register, patron)) ?? []
    if (open.length > 0) throw stillOpen(open)
    throw new Refused('Nothing is open: the person can be erased. There is no way back. Say --yes if that is meant.', {
      reason: 'not-confirmed',
    })
  }
  const erased = await eraseOnRequest(ctx, register, patron)
  if (!erased.ok) {
    if (erased.refusal.kind === 'open') throw stillOpen(erased.refusal.rows)
    throw new Refused('The person has been erased already.', { reason: 'unknown' })
  }
  const { id, erased_on, kept } = erased.value
  cli.terminal.answer(
    erased.value,
    [
      `Erased on ${erased_on}. Receipt: ${id}`,
      ...kept.map(({ data, rows, because }) => `Kept: ${rows} rows of ${data}, ${because.en}`),
      'What was deleted leaves the disk with the next scrub.',
    ].join('\n'),
  )
}

type Open = Readonly<NonNullable<Awaited<ReturnType<typeof openRows>>>>

function stillOpen(open: Open): Refused {
  const lines = open.map(({ data, rows, because }) => `${rows} rows of ${data}: ${because.en}`)
  return new Refused(`The person cannot be erased now, because something is open:\n${lines.join('\n')}`, {
    reason: 'open',
    open,
  })
}
