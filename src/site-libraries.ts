import { type Agency, type BranchRow, listBranches } from '#agencies'
import { restoring } from '#backup'
import { realClock } from '#core'
import { recentAppearance } from '#settings'
import type { Installation } from './installation.ts'
import type { FrontPages } from './site-front.ts'

const REMEMBERED_SECONDS = 5

/** The libraries there are and their branches, asked for again every few seconds: both change once in years. */
export class Libraries implements FrontPages {
  readonly #installation: Installation
  #agencies: { readonly until: Temporal.Instant; readonly list: readonly Agency[] } | undefined
  readonly #branches = new Map<string, { readonly until: Temporal.Instant; readonly list: readonly BranchRow[] }>()

  constructor(installation: Installation) {
    this.#installation = installation
  }

  async all(): Promise<readonly Agency[]> {
    if (this.#agencies && !isOver(this.#agencies.until)) return this.#agencies.list
    const list = await this.#installation.agencies()
    this.#agencies = { until: soon(), list }
    return list
  }

  /** All of them under the names they have chosen. */
  async called(): Promise<readonly Agency[]> {
    return Promise.all((await this.all()).map((agency) => this.#asCalled(agency)))
  }

  async find(name: string): Promise<Agency | undefined> {
    return (await this.all()).find((agency) => agency.name === name)
  }

  /** Nothing of a library is read while it is being restored. */
  async #asCalled(agency: Agency): Promise<Agency> {
    if (await restoring(this.#installation.data.owner(), agency.name)) return agency
    const ctx = this.#installation.context(agency.name, { kind: 'system', job: 'web' })
    return { ...agency, title: (await recentAppearance(ctx)).name || agency.title }
  }

  /** None while the library is being restored: nothing of it is served then. */
  async branches(agency: string): Promise<readonly BranchRow[]> {
    const known = this.#branches.get(agency)
    if (known && !isOver(known.until)) return known.list
    if (await restoring(this.#installation.data.owner(), agency)) return []
    const list = await listBranches(this.#installation.context(agency, { kind: 'system', job: 'web' }))
    this.#branches.set(agency, { until: soon(), list })
    return list
  }
}

function soon(): Temporal.Instant {
  return realClock.now().add({ seconds: REMEMBERED_SECONDS })
}

function isOver(until: Temporal.Instant): boolean {
  return Temporal.Instant.compare(until, realClock.now()) <= 0
}
