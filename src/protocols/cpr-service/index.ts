export {
  type CprConnection,
  type CprEndpoint,
  type CprServiceConfig,
  readCprServiceConfig,
} from './config.ts'
export { type CprServiceOptions, connectCprService } from './connect.ts'
