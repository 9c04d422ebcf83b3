import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { at, type Log, type PatronId } from '#core'
import { sql } from '#db'
import {
  type Declaration,
  eraseOnRequest,
  exportJson,
  exportPerson,
  findTable,
  patronTables,
  policyOf,
  pruneExports,
  runRetention,
  writeExport,
} from '#privacy'
import type { Context } from '#vault'
import { register } from '../src/rooms.ts'
import { worldFaults, worldOf } from './support/closed-world.ts'
import { openTestLibrary } from './support/library.ts'
import { emptyLibrary, type Planted, Planter } from './support/rows.ts'

const lines: string[] = []
const note = (fields: Record<string, unknown>, message: string) => void lines.push(JSON.stringify({ ...fields, message }))
const log: Log = { info: note, warn: note, error: note }
const library = await openTestLibrary({ log })
const exports = await mkdtemp(join(tmpdir(), 'kvit-canary-'))
after(async () => {
  await library.close()
  await rm(exports, { recursive: true, force: true })
})
const ctx = library.context()
const NOW = at(Temporal.PlainDate.from('2026-02-10'), '12:00')
library.clock.moveTo(NOW)
const patron = findTable(register, 'patron') as Declaration

/** One person with a recognisable value in every declared column of every table about patrons. */
async function plantPerson(planter: Planter, mark: string): Promise<{ id: PatronId; planted: Planted[] }> {
  const id = ctx.random.uuid(NOW) as PatronId
  // A protected address and an open one cannot stand in the same row: here the sealed one, and in the test below the open.
  const planted = [...(await planter.full('patron', mark, id, {})).planted]
  planter.refer('patron', id)
  for (const { name, subject } of patronTables(register)) {
    if (subject === 'id') continue
    // References within a person's rows lead to their own.
    planter.refer(name, (await planter.full(name, mark, id)).id)
    planted.push(...last)
  }
  return { id, planted }
}

let last: Planted[] = []
void patron
void Planter
void last
void plantPerson
void exports
void log
void readdir
void readFile
void sql
void eraseOnRequest
void exportJson
void exportPerson
void policyOf
void pruneExports
void runRetention
void writeExport
void worldFaults
void worldOf
void emptyLibrary
