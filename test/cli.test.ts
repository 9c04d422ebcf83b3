import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { addStaff } from '#auth'
import { freshUuid, type PatronId, type StaffRole, silentLog } from '#core'
import { sql } from '#db'
import { enrolPatron } from '#patrons'
import type { Context } from '#vault'
import { Cli } from '../src/commands/cli.ts'
import { programOf, tellFault } from '../src/commands/program.ts'
import { Terminal } from '../src/commands/terminal.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'
import { NOTICE, sampleText } from './support/policy.ts'

const ROOT = join(import.meta.dirname, '..')

let library: TestLibrary
let ctx: Context
const file = (name: string) => join(library.folder, name)

/** A policy that asks for a name alone. */
const POLICY = sampleText((policy) => {
  policy.enrolment = [{ field: 'name', required: true, from: 'patron', says: NOTICE }]
})

before(async () => {
  library = await openTestLibrary({ policy: () => POLICY })
  ctx = library.installation.context('fredensborg', { kind: 'operator', name: 'test' })
})
after(() => library.close())

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    DATABASE_URL: library.url,
    KVIT_DATA: library.folder,
    KVIT_MASTER_KEY_FILE: join(library.folder, 'master.key'),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(library.folder, 'compiled'),
  }
}

/** Runs the command in this process, with input and output of its own, against the test's own database. */
async function kvit(args: readonly string[], given: { stdin?: string } = {}): Promise<Ended> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const [out, err] = [text(stdout), text(stderr)]
  stdin.end(given.stdin ?? '')
  const terminal = new Terminal({ env: environment(), stdin, stdout, stderr })
  terminal.json = args.includes('--json')
  const program = programOf(new Cli(terminal, async () => silentLog))
  await program.parseAsync(args, { from: 'user' }).catch((fault: unknown) => {
    if (!tellFault(terminal, fault)) throw fault
  })
  stdout.end()
  stderr.end()
  return { status: terminal.status, out: await out, err: await err }
}

/**
 * Starts the program as an operator would: for what the process itself answers, its exit status, its pipes and its
 * signals. Whatever else a command does is asked of {@link kvit}, which does the same without starting anything.
 */
function started(
  args: readonly string[],
  given: { stdin?: string; interruptWhen?: () => Promise<boolean> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], { cwd: ROOT, env: environment() })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdin.end(given.stdin ?? '')
  void interrupt()
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, out, err })))

  async function interrupt(): Promise<void> {
    while (given.interruptWhen && child.exitCode === null) {
      if (await given.interruptWhen()) return void child.kill('SIGINT')
    }
  }
}

/** A command that must have been done, and its answer as JSON. */
async function answer(...args: string[]) {
  const { status, out, err } = await kvit([...args, '--json'])
  assert.equal(status, 0, err)
  return JSON.parse(out)
}

const COMMANDS = [
  'agency add',
  'agency list',
  'agency remove',
  'backup',
  'branch add',
  'branch list',
  'catalogue reindex',
  'client add',
  'client disable',
  'client list',
  'commands',
  'cpr follow',
  'demo',
  'erase',
  'export',
  'hold add',
  'hold end',
  'hold list',
  'import marc',
  'import patrons',
  'migrate',
  'notice',
  'policy approve',
  'policy check',
  'policy compare',
  'policy diff',
  'policy lint',
  'policy preview',
  'policy proposals',
  'policy publish',
  'promises',
  'restore',
  'retention plan',
  'retention run',
  'rfid-bridge',
  'rotate-key',
  'scrub',
  'staff add',
  'staff leave',
  'staff list',
  'staff password',
  'staff roles',
  'staff second-factor',
  'staff sign-out',
  'terminal add',
  'terminal disable',
  'terminal list',
  'terminal secret',
  'verify',
]

describe('help', () => {
  test('every command teaches by an example', async () => {
    const all: { command: string; help: string }[] = await answer('commands')
    assert.deepEqual(all.map(({ command }) => command).sort(), COMMANDS)
    for (const { command, help } of all) {
      assert.match(help, new RegExp(`^Usage: kvit ${command}`), command)
      assert.match(help, new RegExp(`Examples?:\\n  npm run kvit -- ${command}`), command)
      assert.match(help, /--json/, command)
    }
    const one = await started(['policy', 'publish', '--help'])
    assert.deepEqual([one.status, one.out], [0, all.find(({ command }) => command === 'policy publish')?.help])
    assert.equal((await started(['--help'])).status, 0)
  })

  test('a wrong call ends with status 2 and says what is wrong, as JSON too', async () => {
    assert.equal((await started([])).status, 2)
    const unknown = await kvit(['forget-everything'])
    assert.equal(unknown.status, 2)
    assert.match(unknown.err, /unknown command 'forget-everything'/)
    const missing = await started(['verify', '--nonsense', '--json'])
    assert.equal(missing.status, 2)
    assert.match(JSON.parse(missing.out).error.message, /unknown option/)
    const day = await kvit(['retention', 'plan', '--night', 'tomorrow'])
    assert.equal(day.status, 2)
    assert.match(day.err, /is no date/)
  })
})

describe('libraries', () => {
  test('the libraries are listed, as text and as JSON', async () => {
    const { status, out } = await started(['agency', 'list'])
    assert.equal(status, 0)
    assert.match(out, /^fredensborg +721000 +Fredensborg Bibliotekerne/m)
    const [first] = await answer('agency', 'list')
    assert.equal(first.name, 'fredensborg')
    assert.equal(first.policy_version, 1)
  })

  test('a library that is not there is an operator’s problem, and the others are named', async () => {
    const { status, err, out } = await started(['notice', '--agency', 'nowhere', '--json'])
    assert.equal(status, 2)
    assert.match(err, /no library "nowhere" here. There are: fredensborg/)
    assert.equal(JSON.parse(out).error.kind, 'problem')
  })

  test('a library is added with its policy, and removed only when that is said', async () => {
    const policy = file('second.yaml')
    await writeFile(policy, POLICY.replace('agency: fredensborg', 'agency: stevns'))
    const add = ['agency', 'add', 'stevns', '--number', '733600', '--title', 'Stevns', '--policy', policy]
    assert.equal((await answer(...add)).policy_version, 1)
    const refused = await started(['agency', 'remove', 'stevns'])
    assert.equal(refused.status, 1)
    assert.match(refused.err, /Say --yes/)
    assert.equal((await answer('agency', 'list')).length, 2)
    await answer('agency', 'remove', 'stevns', '--yes')
    assert.equal((await answer('agency', 'list')).length, 1)
  })

  test('a policy with faults makes no library', async () => {
    const policy = file('bad.yaml')
    await writeFile(policy, POLICY.replace('keep: P30D', 'keep: soon'))
    const add = ['agency', 'add', 'stevns', '--number', '733600', '--title', 'Stevns', '--policy', policy]
    const { status, err } = await kvit(add)
    assert.equal(status, 1)
    assert.ok(err.includes(`${policy}:`), err)
    assert.equal((await answer('agency', 'list')).length, 1)
  })

  test('libraries that are up to date are migrated to no effect', async () => {
    assert.deepEqual(await answer('migrate'), [{ name: 'fredensborg', migrations: 0 }])
  })
})

describe('policies', () => {
  test('a fault is shown with file, line and what is allowed', async () => {
    const policy = file('fault.yaml')
    await writeFile(policy, POLICY.replace('action: anonymise', 'action: hide'))
    const line = POLICY.split('\n').findIndex((text) => text.includes('action: anonymise')) + 1
    const { status, err } = await kvit(['policy', 'check', policy])
    assert.equal(status, 1)
    assert.ok(err.includes(`${policy}:${line}:`), err)
    assert.match(err, /Allowed: .*anonymise/)
    const machine = await kvit(['policy', 'check', policy, '--json'])
    assert.equal(JSON.parse(machine.out).error.faults[0].line, line)
  })

  test('the libraries’ own policies have no faults, can be linted, told apart and compared', async () => {
    const [a, b] = [join(ROOT, 'policies/fredensborg.yaml'), join(ROOT, 'policies/herning.yaml')] as const
    assert.equal((await answer('policy', 'check', a)).agency, 'fredensborg')
    assert.equal((await kvit(['policy', 'check', a, '--agency', 'herning'])).status, 1)
    assert.ok(JSON.parse((await kvit(['policy', 'lint', a, '--json'])).out).findings)
    assert.ok((await answer('policy', 'diff', a, b)).clauses.length > 0)
    assert.match((await kvit(['policy', 'diff', a, a])).out, /say the same/)
    assert.equal((await answer('policy', 'compare')).agencies.length, 5)
  })

  test('a policy that is not there is an operator’s problem', async () => {
    const { status, err } = await kvit(['policy', 'check', file('nowhere.yaml')])
    assert.equal(status, 2)
    assert.match(err, /nowhere.yaml is not there/)
  })

  test('a policy is published only when a second person has approved it', async () => {
    const staff = async (username: string, roles: StaffRole[]) => {
      const password = 'en lang adgangskode'
      const added = await addStaff(ctx, { username, name: username, email: null, roles, password })
      assert.ok(added.ok)
    }
    await staff('dorte', ['data-protection-officer'])
    await staff('poul', ['system'])
    await staff('lise', ['desk'])
    const stdin = 'en lang adgangskode\n'
    const policy = file('next.yaml')
    await writeFile(policy, POLICY.replace('smallest-cell: 5', 'smallest-cell: 6'))
    const publish = ['policy', 'publish', policy, '--agency', 'fredensborg']

    const alone = await kvit(publish)
    assert.equal(alone.status, 1)
    assert.match(alone.err, /Nobody has proposed/)
    const wrong = await kvit([...publish, '--as', 'dorte'], { stdin: 'en forkert adgangskode\n' })
    assert.equal(wrong.status, 1)
    assert.match(wrong.err, /does not fit/)
    const librarian = await kvit([...publish, '--as', 'lise'], { stdin })
    assert.equal(librarian.status, 1)
    assert.match(librarian.err, /Only a data protection officer or an administrator/)

    const proposed = await started([...publish, '--as', 'dorte', '--json'], { stdin })
    assert.equal(proposed.status, 0, proposed.err)
    const { id } = JSON.parse(proposed.out)
    const early = await kvit(publish)
    assert.equal(early.status, 1)
    assert.match(early.err, /second member of staff/)
    const approve = ['policy', 'approve', id, '--agency', 'fredensborg', '--as']
    const own = await kvit([...approve, 'dorte'], { stdin })
    assert.equal(own.status, 1)
    assert.match(own.err, /cannot approve it/)
    assert.equal((await answer('policy', 'proposals', '--agency', 'fredensborg'))[0].approved_by, null)
    assert.equal((await kvit([...approve, 'poul'], { stdin })).status, 0)

    assert.equal((await answer(...publish)).published, 2)
    assert.equal((await kvit(publish)).status, 1)
    const sessions = await ctx.db.one<{ n: number }>(sql`select count(*) as n from session`)
    assert.equal(sessions.n, 0)
  })
})

describe('staff', () => {
  test('a member of staff gets access with a password from stdin, another password, and leaves', async () => {
    const add = ['staff', 'add', 'Asger', '--agency', 'fredensborg', '--name', 'Asger', '--role', 'system']
    const short = await kvit(add, { stdin: 'kort\n' })
    assert.equal(short.status, 1)
    assert.match(short.err, /too short/)
    assert.equal((await kvit(add)).status, 2)
    assert.equal((await kvit(add, { stdin: 'en lang adgangskode\n' })).status, 0)
    assert.equal((await kvit(add, { stdin: 'en lang adgangskode\n' })).status, 1)
    const password = ['staff', 'password', 'asger', '--agency', 'fredensborg']
    assert.equal((await kvit(password, { stdin: 'en anden adgangskode\n' })).status, 0)
    await answer('staff', 'leave', 'asger', '--agency', 'fredensborg')
    const list = await answer('staff', 'list', '--agency', 'fredensborg')
    assert.ok(list.find(({ username }: { username: string }) => username === 'asger').left_at)
    assert.ok(!JSON.stringify(list).includes('argon2'))
  })
})

describe('records and patrons', () => {
  test('records and patrons are imported, and what is left out gives status 1', async () => {
    const none = await kvit(['import', 'patrons', file('none.csv'), '--agency', 'fredensborg'])
    assert.match(none.err, /no branches yet/)
    await answer('branch', 'add', 'HB', 'Hovedbiblioteket', '--agency', 'fredensborg')
    assert.equal((await kvit(['branch', 'add', 'HB', 'Igen', '--agency', 'fredensborg'])).status, 1)

    const csv = file('patrons.csv')
    await writeFile(csv, 'card,name,last_active_on\nK1,Asta,2026-01-01\nK2,,2026-01-01\n')
    const into = ['import', 'patrons', csv, '--agency', 'fredensborg']
    const checked = await kvit([...into, '--check'])
    assert.equal(checked.status, 1)
    assert.match(checked.out, /1 could be enrolled/)
    const { status, out } = await kvit(into)
    assert.equal(status, 1)
    assert.match(out, /1 enrolled/)
    assert.match(out, /Line 3: name is empty/)
    await writeFile(csv, 'kort,navn\nK1,Asta\n')
    const wrong = await kvit([...into, '--json'])
    assert.equal(wrong.status, 1)
    assert.deepEqual(JSON.parse(wrong.out).error.unknown, ['kort', 'navn'])
    assert.match(wrong.err, /Allowed: number, name/)

    const marc = file('records.xml')
    await writeFile(
      marc,
      `<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nam a2200000 a 4500</leader>
<controlfield tag="001">1</controlfield><datafield tag="245" ind1=" " ind2=" "><subfield code="a">Bog</subfield></datafield></record></collection>`,
    )
    assert.equal((await answer('import', 'marc', marc, '--agency', 'fredensborg')).new, 1)
    assert.equal((await answer('import', 'marc', marc, '--agency', 'fredensborg')).updated, 1)
    assert.deepEqual(await answer('catalogue', 'reindex', '--all', '--agency', 'fredensborg'), [
      { agency: 'fredensborg', titles: 1 },
    ])
    const folder = await kvit(['import', 'marc', library.folder, '--agency', 'fredensborg'])
    assert.equal(folder.status, 2)
    assert.match(folder.err, /is a folder/)
  })

  test('a person is erased by number when that is meant, and never by a CPR number on the command line', async () => {
    const [branch] = await ctx.db.all<{ id: Parameters<typeof enrolPatron>[1] }>(sql`select id from branch`)
    assert.ok(branch)
    const enrolled = await enrolPatron(ctx, branch.id, { name: 'Bo Bentsen', cpr: '610190-1234' })
    assert.ok(enrolled.ok)
    const { id, number } = enrolled.value
    const there = async () => (await ctx.db.maybe(sql`select 1 from patron where id = ${id}`)) !== undefined
    const cpr = await kvit(['erase', '6101901234', '--agency', 'fredensborg', '--yes'])
    assert.equal(cpr.status, 1)
    assert.match(cpr.err, /shell’s history/)
    assert.ok(!cpr.err.includes('6101901234'))
    const unsure = await kvit(['erase', number, '--agency', 'fredensborg'])
    assert.equal(unsure.status, 1)
    assert.match(unsure.err, /Say --yes/)
    assert.equal((await kvit(['erase', '999', '--agency', 'fredensborg', '--yes'])).status, 1)
    assert.ok(await there())
    const copy = await answer('export', number, '--agency', 'fredensborg', '--out', file('out'), '--lang', 'en')
    assert.match(await readFile(join(copy.folder, 'export.json'), 'utf8'), /Bo Bentsen/)
    assert.ok(!copy.folder.includes(number))
    const hold = ['hold', 'add', 'patron', id, '--agency', 'fredensborg', '--reason']
    const held = await answer(...hold, 'Sag 1')
    assert.equal((await kvit([...hold, 'Sag 2'])).status, 1)
    assert.equal((await answer('hold', 'list', '--agency', 'fredensborg'))[0].id, held.id)
    await answer('hold', 'end', held.id, '--agency', 'fredensborg')
    assert.deepEqual(await answer('hold', 'list', '--agency', 'fredensborg', '--patron', number), [])
    const erase = ['erase', '-', '--agency', 'fredensborg', '--yes', '--json']
    const { status, out, err } = await started(erase, { stdin: '610190-1234\n' })
    assert.equal(status, 0, err)
    assert.ok(JSON.parse(out).id)
    assert.ok(!(await there()))
  })
})

describe('nights', () => {
  test('what a night would take is shown without taking it, and then it is run once', async () => {
    const plan = await answer('retention', 'plan', '--agency', 'fredensborg')
    assert.ok(plan[0].clauses.length > 5)
    assert.equal((await answer('retention', 'run', '--dry-run'))[0].agency, 'fredensborg')
    const early = await kvit(['retention', 'run', '--night', '2999-01-01'])
    assert.equal(early.status, 1)
    assert.match(early.err, /has not come/)
    assert.equal((await answer('retention', 'run'))[0].nights.length, 1)
    assert.equal((await answer('retention', 'run'))[0].nights.length, 0)
  })

  test('a library that kept its word is verified; a changed record or an undeclared column shows', async () => {
    assert.deepEqual((await answer('verify'))[0].faults, [])
    await ctx.db.run(sql`alter table patron add column shoe_size int`)
    const undeclared = await started(['verify', '--json'])
    assert.equal(undeclared.status, 1)
    assert.deepEqual(JSON.parse(undeclared.out)[0].faults, ['patron.shoe_size is in the database and not declared'])
    await ctx.db.run(sql`alter table patron drop column shoe_size`)
    await ctx.db.run(sql`update retention_step set rows_gone = rows_gone + 1 where number = 1`)
    const changed = await kvit(['verify', '--agency', 'fredensborg'])
    assert.equal(changed.status, 1)
    assert.match(changed.out, /BROKEN {2}record of the nights: record 1 has been changed/)
    await ctx.db.run(sql`update retention_step set rows_gone = rows_gone - 1 where number = 1`)
    await ctx.vault.destroy([freshUuid() as PatronId], ctx.clock.now())
    assert.match((await kvit(['verify'])).out, /1 erasures were cut off/)
  })
})

describe('the public’s view', () => {
  test('the notice is written in either language, and to a file', async () => {
    const da = await kvit(['notice', '--agency', 'fredensborg'])
    const en = await kvit(['notice', '--agency', 'fredensborg', '--lang', 'en'])
    assert.equal(da.status, 0)
    assert.match(da.out, /[æøå]/)
    assert.notEqual(da.out, en.out)
    await answer('notice', '--agency', 'fredensborg', '--lang', 'en', '--out', file('notice.txt'))
    assert.equal(await readFile(file('notice.txt'), 'utf8'), en.out)
  })
})

describe('backups', () => {
  test('data and keys are backed up and restored, and a library is replaced only when that is said', async () => {
    assert.equal((await kvit(['backup'])).status, 2)
    const [data] = await answer('backup', '--agency', 'fredensborg')
    const [keys] = await answer('backup', '--all', '--keys')
    assert.notEqual(data.folder, keys.folder)
    const restore = ['restore', data.folder, '--agency', 'fredensborg']
    const refused = await kvit(restore)
    assert.equal(refused.status, 2)
    assert.match(refused.err, /--replace/)
    assert.equal((await answer('restore', keys.folder, '--agency', 'fredensborg')).restored, 'keys')
    assert.ok((await answer(...restore, '--replace')).rows > 0)
    assert.equal((await kvit(['restore', library.folder, '--agency', 'fredensborg'])).status, 2)
  })

  test('the demonstration is refused where libraries are, and the key stays unless a change is meant', async () => {
    assert.equal((await kvit(['demo'])).status, 2)
    const rotate = await kvit(['rotate-key'])
    assert.equal(rotate.status, 1)
    assert.match(rotate.err, /say --yes/)
  })
})

test('a command that is interrupted stops, and leaves nothing half done', async () => {
  const big = file('big.csv')
  const rows = Array.from({ length: 5000 }, (_, index) => `B${index},Navn,2026-01-01`)
  await writeFile(big, `card,name,last_active_on\n${rows.join('\n')}\n`)
  const count = async () => (await ctx.db.one<{ n: number }>(sql`select count(*) as n from patron`)).n
  const earlier = await count()
  const { status, err } = await started(['import', 'patrons', big, '--agency', 'fredensborg'], {
    interruptWhen: async () => (await count()) > earlier,
  })
  assert.equal(status, 130, err)
  const entered = (await count()) - earlier
  assert.ok(entered > 0 && entered < 5000 && entered % 100 === 0, `${entered} of 5000`)
})
