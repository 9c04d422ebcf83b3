import type { Bench } from './bench.ts'
import type { Figure } from './figures.ts'
export async function exportOfOne(_bench: Bench): Promise<Figure[]> {
  return []
}
