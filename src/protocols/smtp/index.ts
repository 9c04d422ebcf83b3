export { connectSmtp, type MailFrom, type Smtp } from './smtp.ts'
