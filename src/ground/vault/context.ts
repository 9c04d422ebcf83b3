import type { DbContext } from '#db'
import type { Vault } from './vault.ts'

/**
 * The first argument of everything that has an effect: one library's rows and keys, its clock, its chance, who is
 * acting, and a log. An eighth field needs a good reason.
 */
export interface Context extends DbContext {
  readonly vault: Vault
}
