/** How many digits a PIN has. Machines and apps that others make know it as four. */
export const PIN_DIGITS = 4

export type PinFault = 'not-digits' | 'wrong-length'

/**
 * What is wrong with a PIN that someone would like to have; nothing when it will do. `1234` and birth years are not
 * refused: guessing is stopped by the few tries there are, and a PIN that somebody could not choose is one they write on
 * the card.
 */
export function pinFault(pin: string): PinFault | undefined {
  if (!/^[0-9]*$/.test(pin)) return 'not-digits'
  return pin.length === PIN_DIGITS ? undefined : 'wrong-length'
}
