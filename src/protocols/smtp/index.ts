export { type Bounce, isAddressAtFault, readBounce } from './bounce.ts'
export { type BouncesDeps, registerBounces } from './bounce-route.ts'
export { connectSmtp, type MailFrom, type Smtp } from './smtp.ts'
