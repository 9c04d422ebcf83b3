import { html, type SafeHtml } from '#web'
import type { PersonExport } from './export.ts'
import { type ExportBlock, exportBlocks } from './export-blocks.ts'

const STYLE = `body{font:1rem/1.5 "IBM Plex Sans",system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.75rem}h2{font-size:1.35rem;margin-top:2.5rem;border-top:1px solid #767676;padding-top:1rem}h3{font-size:1.05rem;margin-top:1.75rem}
dl{display:grid;grid-template-columns:minmax(9rem,1fr) 2fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}
@media(max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}`

/** A document of its own that opens in any browser, asks nothing of any network, and can be read aloud. */
export function exportHtml(data: PersonExport): string {
  return String(html`<!doctype html>
<html lang="${data.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${data.title}</title>
<style>${html.raw`${STYLE}`}</style>
</head>
<body>
<main>
${exportBlocks(data).map(blockHtml)}
</main>
</body>
</html>
`)
}

function blockHtml(block: ExportBlock): SafeHtml {
  switch (block.kind) {
    case 'heading':
      if (block.level === 1) return html`<h1>${block.text}</h1>\n`
      return block.level === 2 ? html`<h2>${block.text}</h2>\n` : html`<h3>${block.text}</h3>\n`
    case 'paragraph':
      return html`<p>${block.text}</p>\n`
    case 'list':
      return html`<ul>\n${block.items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`
    case 'pairs':
      return html`<dl>\n${block.pairs.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>\n`
  }
}
