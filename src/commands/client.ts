import { type Command, Option } from 'commander'
import {
  ATTRIBUTES,
  addClient,
  addClientRefusalText,
  disableClient,
  listClients,
  type NewClient,
} from '#adgangsplatformen'
import { type Cli, teach } from './cli.ts'
import { columns, Refused } from './terminal.ts'

export function clientCommands(program: Command, cli: Cli): void {
  const client = program
    .command('client')
    .description('which websites and apps may sign patrons in here, as with Adgangsplatformen: add, list, disable')

  teach(
    client
      .command('add')
      .description(
        'Lets a website or app sign patrons in at every library here. Its secret is shown once, by this command; only a hash is kept.',
      )
      .argument('<id>', 'what the client calls itself when it asks')
      .requiredOption('--title <text>', 'what patrons know it as')
      .requiredOption(
        '--redirect-uri <uris...>',
        'the addresses it may have patrons sent back to, after signing in or out, letter for letter',
      )
      .addOption(
        new Option('--attribute <names...>', 'what it is told of a patron').choices(ATTRIBUTES).default(['uniqueId']),
      )
      .addOption(
        new Option('--agencies <reach>', 'whether its tokens reach their own library only, or any')
          .choices(['own', 'any'])
          .default('own'),
      )
      .action((id, options) => add(cli, id, options)),
    {
      examples: [
        'client add hjemmeside --title "Bibliotekets hjemmeside" --redirect-uri https://bibliotek.example/login/callback',
        'client add app --title "Appen Biblioteket" --redirect-uri dk.example.app:/login --attribute uniqueId agencies',
      ],
      refuses: [
        'an id that has been used',
        'an address that is not whole, not over TLS, or holds a user, * or #',
        'telling anybody a PIN',
      ],
    },
  )

  teach(
    client
      .command('list')
      .description('Lists the websites and apps that may sign patrons in, and those that no longer may.')
      .action(() =>
        cli.installed(async (installation) => {
          const rows = await listClients(installation.data.owner())
          const text = columns(
            ['id', 'title', 'told', 'reach', 'sent back to', 'disabled'],
            rows.map((row) => [
              row.id,
              row.title,
              row.attributes.join(', '),
              row.agencies,
              row.redirect_uris.join(' '),
              row.disabled_at?.toString({ smallestUnit: 'minute' }) ?? '',
            ]),
          )
          cli.terminal.answer(rows, rows.length > 0 ? text : 'None yet. Add one: npm run kvit -- client add --help')
        }),
      ),
    { examples: ['client list'], refuses: [] },
  )

  teach(
    client
      .command('disable')
      .description('Shuts a website or app out at once, with every token it has. Its id is not given to another.')
      .argument('<id>', 'which')
      .action((id) =>
        cli.installed(async (installation) => {
          if (!(await disableClient(installation.data.owner(), id))) {
            throw new Refused(`There is no client "${id}".`, { reason: 'unknown' })
          }
          cli.terminal.answer({ disabled: id }, `${id} can sign nobody in any more, and its tokens are worth nothing.`)
        }),
      ),
    { examples: ['client disable app'], refuses: ['an id nobody has'] },
  )
}

async function add(
  cli: Cli,
  id: string,
  options: { title: string; redirectUri: string[]; attribute: string[]; agencies: NewClient['agencies'] },
): Promise<void> {
  const { title, redirectUri: redirectUris, attribute: attributes, agencies } = options
  await cli.installed(async (installation) => {
    const added = await addClient(installation.data.owner(), { id, title, redirectUris, attributes, agencies })
    if (!added.ok) throw new Refused(addClientRefusalText(added.refusal).en, { reason: added.refusal.kind })
    const { secret } = added.value
    cli.terminal.answer({ id, secret }, `${id} may sign patrons in. Its secret, shown only now:\n${secret}`)
  })
}
