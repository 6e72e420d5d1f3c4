/**
 * Mount Vue components on elements marked `data-island="Name"`.
 *
 * The server renders the element so that the page works without script; an
 * island takes over what is there. Props come from a JSON script inside the
 * element, from `data-props`, or from what the island reads off the markup.
 */
export function readProps(element) {
  const script = element.querySelector(':scope > script[type="application/json"]')
  return JSON.parse(script?.textContent ?? element.dataset.props ?? '{}')
}

export async function mountIslands(registry, root = document) {
  const elements = [...root.querySelectorAll('[data-island]:not([data-mounted])')]
  const known = elements.filter((element) => element.dataset.island in registry)
  return Promise.all(known.map((element) => mountIsland(registry, element)))
}

async function mountIsland(registry, element) {
  // Marked before the first await: a second call in the meantime must not mount it twice.
  element.dataset.mounted = ''
  const [{ createApp }, island] = await Promise.all([import('./app.js'), registry[element.dataset.island]()])
  const fromMarkup = island.propsFrom?.(element) ?? {}
  const app = createApp(island.default, { ...fromMarkup, ...readProps(element) })
  element.querySelector(':scope > script[type="application/json"]')?.remove()
  app.mount(element)
  return app
}
