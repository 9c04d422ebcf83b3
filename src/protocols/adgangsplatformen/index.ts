export {
  type AddClientRefusal,
  addClient,
  disableClient,
  type ListedClient,
  listClients,
  type NewClient,
} from './clients.ts'
export { type AdgangsplatformenDeps, MITID_BACK, type TokenDeps } from './deps.ts'
export { registerAdgangsplatformen } from './endpoints.ts'
export { ATTRIBUTES, type Attribute, agencyNumber, type Client } from './rules.ts'
export { adgangsplatformenTables, type OauthCodeRow, type OauthTokenRow } from './tables.ts'
export { addClientRefusalText } from './texts.ts'
export { type Bearer, keepToken, type Person, readToken, revokeTokensOf } from './tokens.ts'
