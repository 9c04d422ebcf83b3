// A button that prints the page; where a desk gives receipts on paper, it is pressed by itself.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
  if (button.dataset.print === 'now') print()
}
