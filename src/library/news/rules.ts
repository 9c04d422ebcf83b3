const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /^\+?[0-9][0-9 ()-]*$/
const LONGEST = 200

export function isEmail(text: string): boolean {
  const address = text.trim()
  return address.length <= LONGEST && EMAIL.test(address)
}

export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length
  return PHONE.test(text.trim()) && digits >= 8 && digits <= 15
}
