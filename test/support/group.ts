import { resolve } from 'node:path'
import { describe } from 'node:test'
import { pathToFileURL } from 'node:url'

/*
 * Runs several files of tests in one process: `node group.ts FILES...`. Each file is a suite named by its path, so that
 * its hooks are its own. A program that is loaded and warm runs the next file in half the time of a new process.
 */
for (const file of process.argv.slice(2)) {
  describe(file, async () => {
    await import(pathToFileURL(resolve(file)).href)
  })
}
