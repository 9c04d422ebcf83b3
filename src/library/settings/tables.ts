import type { StaffId } from '#core'
import { type Declaration, declareTable, none, staffMember } from '#privacy'

export interface SettingRow {
  name: string
  version: number
  content: string
  changed_at: Temporal.Instant
  changed_by: StaffId | null
}

const setting = declareTable<SettingRow>({
  name: 'setting',
  label: { da: 'bibliotekets indstillinger', en: 'the library’s settings' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    name: none,
    version: none,
    content: none,
    changed_at: none,
    changed_by: staffMember('Ændret af', 'Changed by'),
  },
})

export const settingsTables: readonly Declaration[] = [setting]
