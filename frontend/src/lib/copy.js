/** Copy what a field holds; without scripts, or where the browser forbids it, the button is not there. */
export async function copyField(event, clipboard = navigator.clipboard) {
  const button = event.target.closest?.('[data-copy]')
  if (!button) return
  const field = document.getElementById(button.dataset.copy)
  field.select()
  try {
    await clipboard.writeText(field.value)
    document.dispatchEvent(new CustomEvent('toast', { detail: { level: 'success', text: button.dataset.copied } }))
  } catch {
    // What is selected can still be copied by hand.
  }
}

export function startCopying() {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false
  document.addEventListener('click', copyField)
}
