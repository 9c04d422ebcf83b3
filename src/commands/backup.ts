import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { backupAgency, backupKeys, isThorough, readManifest, restoreAgency, restoreKeys, scrub } from '#backup'
import { realClock } from '#core'
import { isAlive } from '#db'
import { buryAgain } from '#privacy'
import { seedDemonstration } from '../demonstrate.ts'
import type { Installation } from '../installation.ts'
import { register } from '../rooms.ts'
import { foldersOf } from '../upkeep.ts'
import { type Cli, findAgency, teach } from './cli.ts'
import { runNights } from './retention.ts'
import { columns, Misused, Refused } from './terminal.ts'

export function backupCommands(program: Command, cli: Cli): void {
  teach(
    program
      .command('backup')
      .description(
        'Writes each library’s tables, as they are at one instant, into a folder of its own, with a manifest of hashes. Keys are never among them: back them up apart (--keys), on another disk. Running Kvit does both once a day by itself and removes old ones by the policy.',
      )
      .option('--agency <name>', 'one library')
      .option('--all', 'all libraries')
      .option('--keys', 'the wrapped keys and tombstones instead of the data')
      .option('--to <folder>', 'where (default: backups or keys-backups in the data folder)')
      .action((options) => backup(cli, options)),
    {
      examples: ['backup --agency herning', 'backup --all --keys --to /mnt/other-disk/kvit-keys'],
      refuses: ['a library that is being restored', 'to leave half a backup: a full disk leaves none'],
    },
  )

  teach(
    program
      .command('restore')
      .description(
        'Puts a library back as a backup holds it, buries again everyone erased since, runs the nights it missed, and only then opens it. Until all rows are in, the library is as it was. A backup of keys is recognised and adds what is missing to the keys.',
      )
      .argument('<folder>', 'the backup’s own folder, the one with manifest.json')
      .requiredOption('--agency <name>', 'the library')
      .option('--replace', 'take away what the library holds now')
      .action((folder, options) => restore(cli, folder, options)),
    {
      examples: [
        'restore /mnt/other-disk/kvit-keys/herning-20261122T020000Z --agency herning',
        'restore data/backups/herning-20261122T020000Z --agency herning --replace',
      ],
      refuses: [
        'a library that is there, without --replace',
        'a backup with a changed byte, of another library, or made by a newer Kvit',
        'keys older than the data: they would bring back persons who have been erased',
      ],
    },
  )
}

async function backup(
  cli: Cli,
  options: { agency?: string; all?: boolean; keys?: boolean; to?: string },
): Promise<void> {
  if ((options.agency === undefined) === (options.all !== true)) throw new Misused('Say --agency NAME or --all.')
  await cli.inLibraries(options.agency, async (ctxs, installation) => {
    const folders = foldersOf(installation.config.data)
    const folder = options.to ?? (options.keys ? folders.keysBackups : folders.backups)
    const agencies = await installation.agencies()
    const advance = cli.terminal.progress('libraries')
    const made = []
    for (const ctx of ctxs) {
      const agency = agencies.find(({ name }) => name === ctx.agency) ?? (await findAgency(installation, ctx.agency))
      const { data: databases, keys } = installation
      const done = options.keys
        ? await backupKeys({ keys, agency, folder, clock: realClock })
        : await backupAgency({ databases, vault: ctx.vault, agency, register, folder, clock: realClock })
      const { manifest } = done
      made.push({
        agency: agency.name,
        folder: done.folder,
        holds: manifest.holds,
        taken_at: manifest.taken_at,
        rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
        bytes: manifest.tables.reduce((sum, table) => sum + table.bytes, 0),
      })
      advance(made.length, ctxs.length)
    }
    const text = columns(
      ['library', 'holds', 'rows', 'KiB', 'folder'],
      made.map((one) => [one.agency, one.holds, one.rows, Math.ceil(one.bytes / 1024), one.folder]),
    )
    cli.terminal.answer(made, text)
  })
}

async function restore(cli: Cli, folder: string, options: { agency: string; replace?: boolean }): Promise<void> {
  const { agency } = options
  const { holds } = await readManifest(folder)
  await cli.installed(async (installation) => {
    const { data, keys } = installation
    if (holds === 'keys') {
      const manifest = await restoreKeys({ keys, agency, folder })
      cli.terminal.answer(
        { restored: 'keys', agency, taken_at: manifest.taken_at },
        `The keys of ${agency} as of ${manifest.taken_at} are there. Now restore the data.`,
      )
      return
    }
    const tables = new Set<string>()
    const restored = await restoreAgency({
      ctx: installation.context(agency, cli.operator),
      data,
      keys,
      register,
      folder,
      replace: options.replace === true,
      progress: (table) => {
        if (!tables.has(table)) cli.terminal.say(`  ${table}`)
        tables.add(table)
      },
      bury: (ctx, persons) => buryAgain(ctx, register, persons),
      catchUp: (ctx) => runNights(ctx),
    })
    const { manifest, rows, buried } = restored
    cli.terminal.answer(
      { restored: 'data', agency, taken_at: manifest.taken_at, rows, buried },
      `${agency} is back as of ${manifest.taken_at}: ${rows} rows. ${buried} erasures were carried out again. Everybody must sign in anew.`,
    )
  })
}

export function upkeepCommands(program: Command, cli: Cli): void {
  teach(
    program
      .command('scrub')
      .description(
        'Takes away what deleting leaves behind in the database’s own files: rewrites the tables about persons and the keys, clears the planner’s samples, lets go of old WAL. Running Kvit does it once a day.',
      )
      .action(() => runScrub(cli)),
    {
      examples: ['scrub'],
      refuses: ['to call it done when something was in the way: it says what, and the exit status is 1'],
    },
  )

  teach(
    program
      .command('rotate-key')
      .description(
        'Puts a new master key in the place of the old one: every person’s key is wrapped anew, every library’s role gets a new password, and the key file is replaced. When it is cut off, run it again.',
      )
      .option('--yes', 'no other Kvit runs on this database')
      .action((options) => rotate(cli, options.yes === true)),
    {
      examples: ['rotate-key --yes'],
      refuses: ['while Kvit runs on this data folder: stop it first', 'without --yes'],
    },
  )

  teach(
    program
      .command('demo')
      .description('Lives a year in five invented libraries, in an empty database. It takes a few minutes.')
      .option('--seed <text>', 'the same seed gives the same year')
      .action((options) => demo(cli, options.seed)),
    { examples: ['demo', 'demo --seed spring'], refuses: ['a database that holds libraries'] },
  )
}

async function runScrub(cli: Cli): Promise<void> {
  await cli.installed(async (installation) => {
    const { data, keys } = installation
    const agencies = (await installation.agencies()).map(({ name }) => name)
    cli.terminal.say('Rewriting the tables about persons …')
    const scrubbed = await scrub({ data, keys, agencies, register })
    const { tables, busy, open_transactions, bytes_before, bytes_after, checkpoint, wal } = scrubbed
    const lines = [
      `${tables} tables rewritten, from ${Math.ceil(bytes_before / 1024)} to ${Math.ceil(bytes_after / 1024)} KiB.`,
      ...busy.map((table) => `In use, not rewritten: ${table}`),
      ...(open_transactions > 0
        ? [`${open_transactions} old transactions are open; what they may read was kept.`]
        : []),
      ...(checkpoint === 'not-allowed'
        ? ['This database user may not ask for a checkpoint; the server does it in its own time.']
        : []),
      ...(wal === 'recycled' ? ['The server keeps old WAL files for use again. Set wal_recycle = off.'] : []),
    ]
    const thorough = isThorough(scrubbed)
    cli.terminal.answer({ ...scrubbed, thorough }, lines.join('\n'), { holds: thorough })
  })
}

async function rotate(cli: Cli, isMeant: boolean): Promise<void> {
  const { data } = cli.config
  const pid = Number(await readFile(join(data, 'kvit.pid'), 'utf8').catch(() => ''))
  if (pid && isAlive(pid)) {
    throw new Refused(`Kvit runs on ${data} (process ${pid}). Stop it first: it knows only the old key.`)
  }
  if (!isMeant) {
    throw new Refused('A Kvit that runs meanwhile would be locked out. Stop all that use this database, and say --yes.')
  }
  await cli.installed(async (installation) => {
    const before = installation.master.fingerprint
    const advances = new Map<string, ReturnType<typeof cli.terminal.progress>>()
    await installation.rotateMasterKey((agency, done, of) => {
      const advance = advances.get(agency) ?? cli.terminal.progress(`${agency}: keys`)
      advances.set(agency, advance)
      advance(done, of)
    })
    const { fingerprint, file } = installation.master
    cli.terminal.answer(
      { before, fingerprint, file },
      `The new master key ${fingerprint} is in ${file}. Put a copy of that file in safe-keeping, and make a new backup of the keys: those made before need the old key.`,
    )
  })
}

async function demo(cli: Cli, seed: string | undefined): Promise<void> {
  await cli.installed(async (installation: Installation) => {
    const advance = cli.terminal.progress('days lived')
    const reports = await seedDemonstration(installation, {
      ...(seed === undefined ? {} : { seed }),
      progress: ({ done, of }) => advance(done, of),
    })
    const agencies = await installation.agencies()
    cli.terminal.answer(
      { agencies, reports },
      `${agencies.map(({ title }) => title).join(', ')} have lived a year. Start them: npm start`,
    )
  })
}
