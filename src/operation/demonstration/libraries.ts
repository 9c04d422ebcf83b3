import type { Colours } from '#web'

/** The five libraries whose notices Kvit makes true, as the demonstration sets them up. */
export interface DemonstrationLibrary {
  readonly name: 'glostrup' | 'stevns' | 'fredensborg' | 'ishoj' | 'herning'
  readonly number: string
  readonly title: string
  readonly colours: Colours
  /** Branch names; the first is the main library. */
  readonly branches: readonly { readonly code: string; readonly name: string }[]
}

export const LIBRARIES: readonly DemonstrationLibrary[] = [
  {
    name: 'fredensborg',
    number: '721000',
    title: 'Fredensborg Bibliotekerne',
    colours: { accent: '#0f4c5c', band: '#b9772a' },
    branches: [
      { code: 'FR', name: 'Fredensborg Bibliotek' },
      { code: 'KO', name: 'Kokkedal Bibliotek' },
      { code: 'HU', name: 'Humlebæk Bibliotek' },
      { code: 'NI', name: 'Nivå Bibliotek' },
    ],
  },
  {
    name: 'glostrup',
    number: '716100',
    title: 'Glostrup Bibliotek',
    colours: { accent: '#3b4a8c', band: '#5b6fc4' },
    branches: [{ code: 'GL', name: 'Glostrup Bibliotek' }],
  },
  {
    name: 'stevns',
    number: '733600',
    title: 'Stevns Bibliotekerne',
    colours: { accent: '#2f5d50', band: '#5d8f6b' },
    branches: [
      { code: 'SH', name: 'Store Heddinge Bibliotek' },
      { code: 'HÅ', name: 'Hårlev Bibliotek' },
      { code: 'ST', name: 'Strøby Bibliotek' },
    ],
  },
  {
    name: 'ishoj',
    number: '718300',
    title: 'Kulturium Bibliotek, Ishøj',
    colours: { accent: '#6a3d6e', band: '#a4679f' },
    branches: [{ code: 'IS', name: 'Kulturium Bibliotek' }],
  },
  {
    name: 'herning',
    number: '765700',
    title: 'Herning Bibliotekerne',
    colours: { accent: '#8a3b2a', band: '#c0694d' },
    branches: [
      { code: 'HE', name: 'Herning Bibliotek' },
      { code: 'AU', name: 'Aulum Bibliotek' },
      { code: 'SU', name: 'Sunds Bibliotek' },
      { code: 'VI', name: 'Vildbjerg Bibliotek' },
    ],
  },
]
