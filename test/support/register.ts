import { type CprRegister, RegisterDown, type RegisterPerson } from '#patrons'

/** The CPR register as a list in the test's own hands; the service's wire format has tests of its own. */
export class PaperRegister implements CprRegister {
  readonly persons = new Map<string, RegisterPerson>()
  readonly followed = new Set<string>()
  readonly asked: string[] = []
  readonly #changed: string[] = []
  down = false

  serves(cpr: { readonly replacement: boolean }): boolean {
    return cpr.replacement
  }

  /** Writes a person down, or what has changed about one. */
  put(cpr: string, told: Partial<RegisterPerson> & { readonly name?: string } = {}): void {
    const before = this.persons.get(cpr)
    const nobody: RegisterPerson = {
      cpr,
      currentCpr: null,
      name: 'Navn Fra Registret',
      bornOn: null,
      status: '01',
      protected: false,
      protectedUntil: null,
      address: { address: 'Registervej 1', postcode: '2600', city: 'Glostrup' },
      municipality: '0161',
      guardians: [],
    }
    this.persons.set(cpr, { ...nobody, ...before, ...told })
    if (before && this.followed.has(cpr)) this.#changed.push(cpr)
  }

  async lookup({ digits }: { readonly digits: string }) {
    this.#answer()
    this.asked.push(digits)
    const person = this.persons.get(digits)
    return person ? ({ kind: 'person', person } as const) : ({ kind: 'unknown' } as const)
  }

  async subscribe({ digits }: { readonly digits: string }): Promise<void> {
    this.#answer()
    this.followed.add(digits)
  }

  async unsubscribe(digits: string): Promise<void> {
    this.#answer()
    this.followed.delete(digits)
  }

  async subscriptions(): Promise<readonly string[]> {
    this.#answer()
    return [...this.followed]
  }

  async changes(after: string | null): Promise<{ cprs: readonly string[]; after: string | null }> {
    this.#answer()
    const from = Number(after ?? 0)
    return { cprs: this.#changed.slice(from), after: String(this.#changed.length) }
  }

  #answer(): void {
    if (this.down) throw new RegisterDown('the register does not answer')
  }
}
